package dev.millrace.database;

import dev.millrace.embedded.FreePort;
import dev.millrace.embedded.Patience;
import dev.millrace.embedded.PidFile;
import dev.millrace.setting.RefusedSetting;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.util.FileSystemUtils;

/**
 * A real PostgreSQL of our own, for a machine where none is configured. It listens on the loopback
 * interface only and lets every local user in.
 *
 * <pre>
 * directory/
 *   PG-…/        the programs, unpacked once from the jar that bundles them
 *   cluster/     the data, kept across restarts
 *   complete     says that the making of the cluster was not cut short
 * </pre>
 */
public final class EmbeddedDatabase {

  /** Chosen away from PostgreSQL's own 5432, which a developer's machine often has in use. */
  public static final int DEFAULT_PORT = 5490;

  private static final Logger LOG = LoggerFactory.getLogger(EmbeddedDatabase.class);
  private static final String NAME = "millrace";
  private static final Duration START_LIMIT = Duration.ofSeconds(60);
  private static final Duration STOP_LIMIT = Duration.ofSeconds(10);

  private final EmbeddedPostgres server;

  private EmbeddedDatabase(EmbeddedPostgres server) {
    this.server = server;
  }

  /**
   * Starts the server of this directory. One that a killed application left is stopped first: only
   * the process that started it can hold its lock file.
   *
   * @param directory where the server keeps its files; created when missing
   * @param preferredPort the port to listen on; another free one is taken when it is in use, and
   *     any free one for 0
   * @throws RefusedSetting when the server cannot run here; the remedy is a database of the user's
   */
  public static EmbeddedDatabase start(Path directory, int preferredPort) {
    Path home = directory.toAbsolutePath().normalize();
    stopLeftBehind(home);
    try {
      Files.createDirectories(home);
      Path complete = home.resolve("complete");
      if (!Files.exists(complete)) {
        FileSystemUtils.deleteRecursively(cluster(home));
      }
      EmbeddedPostgres server =
          EmbeddedPostgres.builder()
              .setOverrideWorkingDirectory(home.toFile())
              .setDataDirectory(cluster(home))
              .setCleanDataDirectory(false)
              // The application's own stopping order decides, not a hook that races with it.
              .setRegisterShutdownHook(false)
              .setPort(FreePort.near(preferredPort))
              // The library switches it off for speed; this data is meant to be kept.
              .setServerConfig("fsync", "on")
              .setServerConfig("listen_addresses", "localhost")
              .setPGStartupWait(START_LIMIT)
              .start();
      createDatabase(server);
      Files.writeString(complete, "");
      return new EmbeddedDatabase(server);
    } catch (IOException | SQLException | IllegalStateException e) {
      throw new RefusedSetting(
          "The embedded PostgreSQL could not be started in " + home + ": " + e.getMessage(),
          "Make that directory writable and unused, or set DATABASE_URL to a PostgreSQL of yours.",
          e);
    }
  }

  /** Stops the server that a killed application left on the files of this directory, if any. */
  public static void stopLeftBehind(Path directory) {
    PidFile pidFile =
        new PidFile(cluster(directory.toAbsolutePath().normalize()).resolve("postmaster.pid"));
    Optional<ProcessHandle> process = pidFile.process();
    if (process.isEmpty()) {
      return;
    }
    if (!isPostgres(process.get())) {
      // The process id went to a stranger since; PostgreSQL would not start because of it.
      delete(pidFile.path());
      return;
    }
    LOG.info("Stopping the PostgreSQL (process {}) that was left behind", process.get().pid());
    interrupt(process.get());
    if (!Patience.until(STOP_LIMIT, () -> pidFile.isGone(process.get()))) {
      throw new RefusedSetting(
          "The PostgreSQL left behind (process " + process.get().pid() + ") does not stop.",
          "Stop it with: kill -INT " + process.get().pid());
    }
  }

  public int port() {
    return server.getPort();
  }

  public String jdbcUrl() {
    return "jdbc:postgresql://127.0.0.1:" + port() + "/" + NAME;
  }

  public String username() {
    return "postgres";
  }

  /** Stops the server, cutting off whoever is still connected. */
  public void stop() {
    try {
      server.close();
    } catch (IOException e) {
      LOG.warn("The embedded PostgreSQL did not stop cleanly: {}", e.getMessage());
    }
  }

  private static void createDatabase(EmbeddedPostgres server) throws SQLException {
    try (Connection connection = server.getPostgresDatabase().getConnection();
        Statement statement = connection.createStatement();
        ResultSet existing =
            statement.executeQuery("SELECT 1 FROM pg_database WHERE datname = '" + NAME + "'")) {
      if (!existing.next()) {
        statement.execute("CREATE DATABASE " + NAME);
      }
    }
  }

  private static boolean isPostgres(ProcessHandle process) {
    // A process of another user does not show its command; then the file is believed.
    return process.info().command().map(command -> command.endsWith("/postgres")).orElse(true);
  }

  private static void interrupt(ProcessHandle process) {
    // SIGINT is PostgreSQL's fast stop. SIGTERM, all that Java can send, waits for every client.
    try {
      new ProcessBuilder("sh", "-c", "kill -INT " + process.pid()).start().waitFor();
    } catch (IOException e) {
      process.destroy();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void delete(Path file) {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      throw new RefusedSetting(
          file
              + " names a process that is not PostgreSQL, and cannot be deleted: "
              + e.getMessage(),
          "Delete it.",
          e);
    }
  }

  private static Path cluster(Path home) {
    return home.resolve("cluster");
  }
}
