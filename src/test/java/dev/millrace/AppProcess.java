package dev.millrace;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import javax.sql.DataSource;

/**
 * The whole application with its routes in a process of its own, on the Redis and the PostgreSQL of
 * the tests. No schedule runs: nothing happens that the test did not ask for.
 */
public final class AppProcess {

  /** Of the start, on a machine that is busy with other tests. */
  public static final Duration START = Duration.ofMinutes(3);

  private final Path home;
  private final Process process;

  private AppProcess(Path home, Process process) {
    this.home = home;
    this.process = process;
  }

  /**
   * Starts it. Nobody waits until it is up.
   *
   * @param java options of the virtual machine
   * @param settings over those of {@code config/application.yaml}
   * @param edit of a route file's text, as a user would
   */
  public static AppProcess start(
      Path home,
      DataSource database,
      List<String> java,
      Map<String, String> settings,
      UnaryOperator<String> edit)
      throws IOException {
    Path routes = home.resolve("routes");
    copyRoutes(routes, edit);
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(java);
    command.addAll(
        List.of(
            "-cp",
            Path.of("target", "classes")
                + File.pathSeparator
                + System.getProperty("java.class.path"),
            "dev.millrace.Millrace",
            "--server.port=0",
            "--spring.quartz.auto-startup=false",
            "--camel.component.quartz.auto-start-scheduler=false",
            "--millrace.data-directory=" + home.resolve("data"),
            "--millrace.routes-directory=" + routes,
            "--millrace.sandbox.enabled=false",
            "--millrace.demo.enabled=false",
            "--millrace.engine.stalled-interval=1s",
            "--millrace.encryption-key=" + World.KEY,
            "--spring.datasource.url=" + address(database),
            "--spring.datasource.username=postgres",
            "--spring.data.redis.url=redis://127.0.0.1:" + TestRedis.port()));
    settings.forEach((name, value) -> command.add("--" + name + "=" + value));
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(home.resolve("app.log").toFile()))
            .start();
    return new AppProcess(home, process);
  }

  /** As by {@code kill -9}. */
  public void kill() throws InterruptedException {
    if (!process.destroyForcibly().waitFor(10, TimeUnit.SECONDS)) {
      throw new AssertionError("process " + process.pid() + " survives");
    }
  }

  /** As by Ctrl-C. */
  public void stop() throws InterruptedException {
    process.destroy();
    if (!process.waitFor(20, TimeUnit.SECONDS)) {
      kill();
    }
  }

  public boolean isAlive() {
    return process.isAlive();
  }

  public String log() {
    try {
      return Files.readString(home.resolve("app.log"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void copyRoutes(Path target, UnaryOperator<String> edit) throws IOException {
    Path source = Path.of("routes");
    try (Stream<Path> files = Files.walk(source)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Path copy = target.resolve(source.relativize(file));
        Files.createDirectories(copy.getParent());
        Files.writeString(copy, edit.apply(Files.readString(file)));
      }
    }
  }

  private static String address(DataSource database) {
    try (Connection connection = database.getConnection()) {
      return connection.getMetaData().getURL();
    } catch (SQLException e) {
      throw new IllegalStateException("the test's database has no address", e);
    }
  }
}
