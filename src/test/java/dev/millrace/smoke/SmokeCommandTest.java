package dev.millrace.smoke;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.TestDefaults;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

@ExtendWith(OutputCaptureExtension.class)
class SmokeCommandTest {

  @Test
  void knowsTheQueueOfEveryJobRoute() throws IOException {
    try (Stream<Path> files = Files.list(Path.of("routes", "jobs"))) {
      assertThat(files.map(file -> file.getFileName().toString().replace(".camel.yaml", "")))
          .containsExactlyInAnyOrderElementsOf(SmokeRun.QUEUES);
    }
  }

  @Test
  void startsAnInstanceOfItsOwnWhenNoneRuns(CapturedOutput output) {
    Path data = TestDefaults.data().resolveSibling("smoke-data");

    int exit = SmokeCommand.run("--millrace.data-directory=" + data);

    assertThat(output.getOut())
        .contains("No instance is running: testing one of our own")
        .contains("Total 11 · completed 11 · failed 0");
    assertThat(exit).isEqualTo(SmokeCommand.PASSED);
  }

  @Test
  void saysThatRedisCannotBeReached(CapturedOutput output) {
    int exit = SmokeCommand.run("--spring.data.redis.url=redis://mill:hunter2@127.0.0.1:1");

    assertThat(output.getErr())
        .contains("Redis at redis://127.0.0.1:1 cannot be reached")
        .contains("correct REDIS_URL");
    assertThat(output.getAll()).doesNotContain("hunter2");
    assertThat(exit).isEqualTo(SmokeCommand.UNTESTED);
  }

  @Test
  void saysThatTheAddressIsMalformed(CapturedOutput output) {
    int exit = SmokeCommand.run("--spring.data.redis.url=http://mill:hunter2@127.0.0.1");

    assertThat(output.getOut())
        .contains("spring.data.redis.url is not the address of a Redis")
        .doesNotContain("hunter2");
    assertThat(exit).isEqualTo(SmokeCommand.UNTESTED);
  }
}
