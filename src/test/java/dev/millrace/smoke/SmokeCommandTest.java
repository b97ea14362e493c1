package dev.millrace.smoke;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.millrace.TestDefaults;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.yaml.snakeyaml.Yaml;

@ExtendWith(OutputCaptureExtension.class)
class SmokeCommandTest {

  @Test
  void knowsTheQueueOfEveryJobRoute() throws IOException {
    List<String> queues = new ArrayList<>();
    try (DirectoryStream<Path> files = Files.newDirectoryStream(Path.of("routes", "jobs"))) {
      for (Path file : files) {
        String queue = file.getFileName().toString().replace(".camel.yaml", "");
        assertThat(sources(file)).as("from of %s", file).containsExactly("bullmq:" + queue);
        queues.add(queue);
      }
    }
    assertThat(SmokeRun.QUEUES).containsExactlyInAnyOrderElementsOf(queues);
  }

  /** The queues that the file's routes take jobs from, as endpoints. */
  private static List<String> sources(Path file) throws IOException {
    JsonNode routes = new ObjectMapper().valueToTree(new Yaml().load(Files.readString(file)));
    return StreamSupport.stream(routes.spliterator(), false)
        .map(route -> route.at("/route/from/uri").asText())
        .filter(uri -> uri.startsWith("bullmq:"))
        .toList();
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
