package dev.millrace.database;

import com.zaxxer.hikari.HikariDataSource;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.springframework.jdbc.core.simple.JdbcClient;

/** A real PostgreSQL with the application's schema: started once a JVM, emptied for each test. */
public final class TestDatabase {

  private static HikariDataSource dataSource;

  private TestDatabase() {}

  /** The database without a row in it. */
  public static synchronized DataSource empty() {
    if (dataSource == null) {
      dataSource = start();
    }
    JdbcClient.create(dataSource)
        .sql(
            "TRUNCATE users, webhook_messages, webhook_failures, job_runs, admin_alerts,"
                + " full_read_places CASCADE")
        .update();
    return dataSource;
  }

  /** The database as it is. */
  public static synchronized DataSource running() {
    if (dataSource == null) {
      dataSource = start();
    }
    return dataSource;
  }

  private static HikariDataSource start() {
    try {
      // the server stops with the JVM
      EmbeddedPostgres server = EmbeddedPostgres.builder().start();
      HikariDataSource pool = new HikariDataSource();
      pool.setDataSource(server.getPostgresDatabase());
      pool.setMaximumPoolSize(20);
      Flyway.configure().dataSource(pool).load().migrate();
      return pool;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
