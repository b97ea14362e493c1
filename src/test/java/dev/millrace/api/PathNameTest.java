package dev.millrace.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.problem.ProblemException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Names that the server in front refuses already; here because another server might not. */
class PathNameTest {

  @ParameterizedTest
  @CsvSource({
    "a%0Ab,leave out control characters.",
    "a%C2%85b,leave out control characters.",
    "a%FFb,it is no percent-encoded UTF-8.",
    "a%zzb,\"it is no percent-encoded UTF-8; write \"\"%\"\" with two digits.\"",
    "%,\"it is no percent-encoded UTF-8; write \"\"%\"\" with two digits.\"",
    ",send 1 to 10 characters.",
  })
  void shouldRefuseWhatIsNoName(String sent, String remedy) {
    assertThatThrownBy(() -> new PathName("key", sent, 10).text())
        .isInstanceOf(ProblemException.class)
        .hasMessageStartingWith("\"key\"")
        .hasMessageContaining(remedy.startsWith("\"") ? "write \"%\" with two digits." : remedy);
  }

  @ParameterizedTest
  @CsvSource({"a%3Ab,a:b", "a+b,a+b", "%C3%BC,ü", "a%20b,a b"})
  void shouldReadEncodedOnes(String sent, String name) {
    assertThat(new PathName("key", sent, 10).text()).isEqualTo(name);
  }
}
