package dev.millrace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.millrace.queue.EngineListener;
import dev.millrace.queue.EngineOptions;
import dev.millrace.queue.Job;
import dev.millrace.queue.JobOptions;
import dev.millrace.queue.NewJob;
import dev.millrace.queue.QueueEngine;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The whole application in a process of its own, killed without warning in the middle of a job. */
class KilledProcessTest {

  private static final Duration START = Duration.ofSeconds(60);

  private final String queue = "slow-" + UUID.randomUUID().toString().substring(0, 8);

  @Test
  void shouldCompleteTheJobAfterARestart(@TempDir Path home) throws Exception {
    Path routes = Files.createDirectory(home.resolve("routes"));
    TestRedis.Link link = TestRedis.link("killer");
    Process process = null;
    try (QueueEngine look =
        new QueueEngine(link, EngineOptions.of("killer"), EngineListener.NONE, Clock.systemUTC())) {
      write(routes, "60000");
      process = start(home, "first.log");
      String id = look.queue(queue).add(new NewJob("slow", "{}", JobOptions.DEFAULT)).join().id();
      await().atMost(START).until(() -> look.queue(queue).counts().join().get("active") == 1);

      process.destroyForcibly().waitFor(10, TimeUnit.SECONDS);
      write(routes, "1");
      process = start(home, "second.log");

      await().atMost(START).until(() -> job(look, id).finishedOn() != null);
      assertThat(job(look, id).returnValue()).isEqualTo("\"ground\"");
      assertThat(job(look, id).attemptsStarted()).isEqualTo(2);
      assertThat(look.queue(queue).counts().join())
          .containsEntry("completed", 1L)
          .containsEntry("active", 0L);
    } finally {
      if (process != null) {
        process.destroy();
        assertThat(process.waitFor(10, TimeUnit.SECONDS)).as("stops within 10 s").isTrue();
      }
      link.close();
    }
  }

  private Job job(QueueEngine look, String id) {
    return look.queue(queue).find(id).join().orElseThrow();
  }

  private void write(Path routes, String milliseconds) throws IOException {
    Files.writeString(
        routes.resolve("slow.camel.yaml"),
        """
        - route:
            id: slow
            from:
              uri: bullmq:%s
              parameters:
                lockDuration: 2s
              steps:
                - delay:
                    constant: "%s"
                - setBody:
                    constant: ground
        """
            .formatted(queue, milliseconds));
  }

  private static Process start(Path home, String log) throws IOException {
    return new ProcessBuilder(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                Path.of("target", "classes")
                    + File.pathSeparator
                    + System.getProperty("java.class.path"),
                "dev.millrace.Millrace",
                "--server.port=0",
                "--millrace.data-directory=" + home.resolve("data"),
                "--millrace.routes-directory=" + home.resolve("routes"),
                "--millrace.sandbox.enabled=false",
                "--millrace.demo.enabled=false",
                "--millrace.embedded.postgres-port=0",
                "--millrace.engine.stalled-interval=1s",
                "--spring.data.redis.url=redis://127.0.0.1:" + TestRedis.port()))
        .redirectErrorStream(true)
        .redirectOutput(home.resolve(log).toFile())
        .start();
  }
}
