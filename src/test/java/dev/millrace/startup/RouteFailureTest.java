package dev.millrace.startup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.millrace.Millrace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

/** What a user reads who made a mistake in a route file. */
@ExtendWith(OutputCaptureExtension.class)
class RouteFailureTest {

  @TempDir Path routes;

  @Test
  void endsTheStartWithAShortReport(CapturedOutput output) throws IOException {
    Path file = Files.createDirectories(routes.resolve("jobs")).resolve("wheel.camel.yaml");
    Files.writeString(
        file,
        """
        - route:
            id: wheel
            from:
              uri: direct:wheel
              steps:
                - log: turning
                 - to: direct:x
        """);

    assertThat(catchThrowable(() -> run(routes))).isNotNull();

    assertThat(output.getOut())
        .contains("A route cannot be used.")
        .contains(file + ":7\n")
        .contains("the indentation of this line does not fit")
        .contains("Correct the route and start again")
        .doesNotContain("\tat ");
  }

  @Test
  void refusesAFileThatCamelWouldPassOver(CapturedOutput output) throws IOException {
    Path file = routes.resolve("wheel.camel.yaml");
    Files.writeString(file, "route:\n  id: wheel\n");

    assertThat(catchThrowable(() -> run(routes))).isNotNull();

    assertThat(output.getOut()).contains(file + " is not a list of routes");
  }

  @Test
  void refusesADirectoryThatDoesNotExist(CapturedOutput output) {
    Path missing = routes.resolve("missing");

    catchThrowable(() -> run(missing));

    assertThat(output.getOut())
        .contains("millrace.routes-directory is " + missing + ", which is not a directory.")
        .contains("--millrace.routes-directory=/path/to/routes")
        .doesNotContain("\tat ");
  }

  private static void run(Path directory) {
    SpringApplication.run(
            Millrace.class,
            "--server.port=0",
            "--millrace.sandbox.enabled=false",
            "--millrace.routes-directory=" + directory)
        .close();
  }
}
