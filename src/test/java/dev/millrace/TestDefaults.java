package dev.millrace;

import dev.millrace.database.EmbeddedDatabase;
import dev.millrace.redis.EmbeddedRedis;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.env.EnvironmentPostProcessor;
import org.springframework.core.Ordered;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.util.FileSystemUtils;

/**
 * What differs in every test, with no annotation to forget: servers of their own on free ports in
 * {@code target/test-data}, empty at the first context of a run and shared by all that follow. The
 * settings stand above config/application.yaml and below whatever a test sets itself.
 */
public class TestDefaults implements EnvironmentPostProcessor, Ordered {

  private static final Path DATA = Path.of("target", "test-data").toAbsolutePath();

  private static boolean emptied;

  @Override
  public void postProcessEnvironment(
      ConfigurableEnvironment environment, SpringApplication application) {
    environment
        .getPropertySources()
        .addAfter(
            StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME,
            new MapPropertySource(
                "testDefaults",
                Map.of(
                    "millrace.data-directory", DATA.toString(),
                    "millrace.embedded.redis-port", "0",
                    "millrace.embedded.postgres-port", "0",
                    "millrace.sandbox.google-port", "0",
                    "millrace.sandbox.twilio-port", "0",
                    "millrace.sandbox.mail-port", "0",
                    "millrace.demo.enabled", "false",
                    // Tests ask more in a minute than a user may.
                    "millrace.rate-limits.api.quota", "1000")));
    // An application with a directory of its own, perhaps in a process of its own, is none of ours.
    if (DATA.toString().equals(environment.getProperty("millrace.data-directory"))) {
      data();
    }
  }

  /** The directory of the servers that all tests share; emptied by the first who asks. */
  public static synchronized Path data() {
    if (!emptied) {
      empty(DATA);
      emptied = true;
    }
    return DATA;
  }

  @Override
  public int getOrder() {
    return Ordered.LOWEST_PRECEDENCE;
  }

  /** Removes what an earlier run stored, and its servers if it was killed; the programs stay. */
  private static void empty(Path data) {
    EmbeddedRedis.running(data.resolve("redis")).ifPresent(EmbeddedRedis::stop);
    EmbeddedDatabase.stopLeftBehind(data.resolve("postgres"));
    try {
      FileSystemUtils.deleteRecursively(data.resolve("postgres").resolve("cluster"));
      if (Files.isDirectory(data.resolve("redis"))) {
        try (DirectoryStream<Path> files =
            Files.newDirectoryStream(data.resolve("redis"), Files::isRegularFile)) {
          for (Path file : files) {
            Files.delete(file);
          }
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
