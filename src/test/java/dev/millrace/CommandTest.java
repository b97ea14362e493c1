package dev.millrace;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** The first word of the command line, in a process of its own because it ends with a code. */
class CommandTest {

  @Test
  void shouldNameTheCommandsWhenOneIsUnknown() throws Exception {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                Path.of("target", "classes")
                    + File.pathSeparator
                    + System.getProperty("java.class.path"),
                "dev.millrace.Millrace",
                "mod")
            .redirectErrorStream(true)
            .start();
    String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

    assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).isEqualTo(2);
    assertThat(printed)
        .contains(
            "Command \"mod\" is unknown; there are mode, rest-check, smoke. Did you mean \"mode\"?");
  }
}
