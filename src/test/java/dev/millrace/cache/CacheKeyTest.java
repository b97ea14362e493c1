package dev.millrace.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CacheKeyTest {

  @Test
  void shouldGoWithItselfItsPrefixesAndItsTags() {
    CacheKey key = CacheKey.of("a:b:c").tagged("x", "y").tagged("x");

    assertThat(key.markers()).containsExactly("key:a:b:c", "tag:a", "tag:a:b", "tag:x", "tag:y");
    assertThat(CacheKey.of("a").markers()).containsExactly("key:a");
    assertThat(CacheKey.of("1:2:3:4:5:6:7:8:9:10:11").markers()).hasSize(9);
  }

  @ParameterizedTest
  @CsvSource(
      textBlock =
          """
          '', has 0 characters; use 1 to 512
          ':a', begins with a colon
          'a\nb', a control character at position 2
          """)
  void shouldRefuseWhatIsNoKey(String text, String problem) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> CacheKey.of(text))
        .withMessageContaining("The key")
        .withMessageContaining(problem);
  }

  @Test
  void shouldRefuseLongAndBrokenKeys() {
    assertThat(CacheKey.of("k".repeat(512)).text()).hasSize(512);
    assertThatThrownBy(() -> CacheKey.of("k".repeat(513))).hasMessageContaining("513 characters");
    assertThatThrownBy(() -> CacheKey.of("k\uD83D")).hasMessageContaining("surrogate");
    assertThatThrownBy(() -> CacheKey.of(null)).hasMessageContaining("0 characters");
    assertThatThrownBy(() -> CacheKey.of("a").tagged("")).hasMessageContaining("The tag");
    assertThatThrownBy(() -> CacheKey.of("a").tagged("b:")).hasMessageContaining("ends with \":\"");
    assertThat(CacheKey.of("user@example.org").toString()).doesNotContain("example");
  }

  @Test
  void shouldFillAPattern() {
    KeyPattern pattern =
        new KeyPattern("calendar:slots:{userId}:{from}_{to}", List.of("by:{userId}:{group}"));

    assertThat(pattern.names()).containsExactly("userId", "from", "to", "group");
    CacheKey key = pattern.key(42, Instant.EPOCH, "a_b", "g");
    assertThat(key.text()).isEqualTo("calendar:slots:42:1970-01-01T00%3A00%3A00Z_a%5Fb");
    assertThat(key.tags()).containsExactly("by:42:g");
    assertThat(pattern.under("42")).isEqualTo("tag:calendar:slots:42");
    assertThat(pattern.under()).isEqualTo("tag:calendar:slots");
    assertThat(pattern.under("42", "a", "b")).isEqualTo("key:calendar:slots:42:a_b");
  }

  @Test
  void shouldMakeDifferentKeysOfDifferentValues() {
    KeyPattern pattern = new KeyPattern("x:{a}_{b}-{c}", List.of());

    assertThat(pattern.key("1_2", "3", "4")).isNotEqualTo(pattern.key("1", "2_3", "4"));
    assertThat(pattern.key("1", "2-3", "4")).isNotEqualTo(pattern.key("1", "2", "3-4"));
    assertThat(pattern.key("1%5F2", "3", "4")).isNotEqualTo(pattern.key("1_2", "3", "4"));
    assertThat(pattern.key("a:b", "\n", "ü").text()).isEqualTo("x:a%3Ab_%0A-ü");
  }

  @Test
  void shouldRefuseValuesThatDoNotFit() {
    KeyPattern pattern = new KeyPattern("x:{a}:{b}", List.of());

    assertThatThrownBy(() -> pattern.key("1"))
        .hasMessage("1 values are given for the key x:{a}:{b}; give [a, b].");
    assertThatThrownBy(() -> pattern.key("1", null)).hasMessageContaining("b of x:{a}:{b}");
    assertThatThrownBy(() -> pattern.key("", "2")).hasMessageContaining("a of x:{a}");
    assertThatThrownBy(() -> pattern.under((Object) null)).hasMessageContaining("a of x:{a}");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        ":x",
        "{a}",
        "{a}:x",
        "x:{a",
        "x:a}",
        "x:{}",
        "x:{a b}",
        "x:{a}{b}",
        "x:{a}y{b}"
      })
  void shouldRefuseWhatIsNoPattern(String key) {
    assertThatIllegalArgumentException().isThrownBy(() -> new KeyPattern(key, List.of()));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", ":x", "x:", "x:*", "{id"})
  void shouldRefuseWhatIsNoPatternOfATag(String tag) {
    assertThatIllegalArgumentException().isThrownBy(() -> new KeyPattern("x:{id}", List.of(tag)));
  }

  @Test
  void shouldStampByNamesAndVersions() {
    Map<String, String> none = Map.of("tag:a", "");
    assertThat(Stamp.of(none)).hasSize(16).isEqualTo(Stamp.of(none));
    assertThat(Stamp.of(Map.of("tag:a", "1"))).isNotEqualTo(Stamp.of(none));
    assertThat(Stamp.of(Map.of("tag:b", ""))).isNotEqualTo(Stamp.of(none));
    assertThat(Stamp.of(Map.of())).isNotEqualTo(Stamp.of(none));
  }
}
