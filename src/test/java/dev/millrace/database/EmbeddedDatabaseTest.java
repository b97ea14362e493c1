package dev.millrace.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedDatabaseTest {

  @Test
  void keepsItsDataAcrossARestart(@TempDir Path directory) throws SQLException {
    EmbeddedDatabase first = EmbeddedDatabase.start(directory, 0);
    execute(first, "CREATE TABLE wheel (turns int)", "INSERT INTO wheel VALUES (11)");
    first.stop();

    EmbeddedDatabase second = EmbeddedDatabase.start(directory, 0);
    try {
      assertThat(query(second, "SELECT turns FROM wheel")).isEqualTo("11");
      assertThat(query(second, "SHOW fsync")).isEqualTo("on");
    } finally {
      second.stop();
    }
  }

  @Test
  void startsAgainAfterTheApplicationWasKilledAndItsServerLeftBehind(@TempDir Path directory)
      throws Exception {
    Process application =
        new ProcessBuilder(
                ProcessHandle.current().info().command().orElseThrow(),
                "-cp",
                System.getProperty("java.class.path"),
                Killed.class.getName(),
                directory.toString())
            .redirectErrorStream(true)
            .redirectOutput(directory.resolve("killed.log").toFile())
            .start();
    assertThat(application.waitFor(60, TimeUnit.SECONDS)).isTrue();
    Path pidFile = directory.resolve("cluster").resolve("postmaster.pid");
    long left = Long.parseLong(Files.readAllLines(pidFile).get(0).strip());
    assertThat(ProcessHandle.of(left)).isPresent();

    EmbeddedDatabase restarted = EmbeddedDatabase.start(directory, 0);
    try {
      assertThat(query(restarted, "SELECT turns FROM wheel")).isEqualTo("11");
      await().until(() -> ProcessHandle.of(left).filter(ProcessHandle::isAlive).isEmpty());
    } finally {
      restarted.stop();
    }
  }

  @Test
  void startsAlthoughTheRememberedProcessIdWentToAStranger(@TempDir Path directory)
      throws IOException, SQLException {
    EmbeddedDatabase.start(directory, 0).stop();
    Files.writeString(
        directory.resolve("cluster").resolve("postmaster.pid"),
        ProcessHandle.current().pid() + "\n" + directory.resolve("cluster") + "\n");

    EmbeddedDatabase database = EmbeddedDatabase.start(directory, 0);
    try {
      assertThat(query(database, "SELECT 1")).isEqualTo("1");
    } finally {
      database.stop();
    }
  }

  @Test
  void makesTheClusterAnewWhenItsMakingWasCutShort(@TempDir Path directory)
      throws IOException, SQLException {
    Files.createDirectories(directory.resolve("cluster"));
    Files.writeString(directory.resolve("cluster").resolve("PG_VERSION"), "17");

    EmbeddedDatabase database = EmbeddedDatabase.start(directory, 0);
    try {
      assertThat(query(database, "SELECT current_database()")).isEqualTo("millrace");
    } finally {
      database.stop();
    }
  }

  /** An application that ends without stopping anything. */
  static final class Killed {
    public static void main(String[] args) throws SQLException {
      EmbeddedDatabase database = EmbeddedDatabase.start(Path.of(args[0]), 0);
      execute(database, "CREATE TABLE wheel (turns int)", "INSERT INTO wheel VALUES (11)");
      Runtime.getRuntime().halt(9);
    }
  }

  private static void execute(EmbeddedDatabase database, String... statements) throws SQLException {
    try (Connection connection =
            DriverManager.getConnection(database.jdbcUrl(), database.username(), "");
        Statement statement = connection.createStatement()) {
      for (String sql : statements) {
        statement.execute(sql);
      }
    }
  }

  private static String query(EmbeddedDatabase database, String sql) throws SQLException {
    try (Connection connection =
            DriverManager.getConnection(database.jdbcUrl(), database.username(), "");
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      rows.next();
      return rows.getString(1);
    }
  }
}
