package dev.millrace.contacts;

import dev.millrace.job.SqlInstant;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** What is remembered between two syncs of a user's contacts. */
@Component
class ContactsSyncTokens {

  /** Google lets a token live seven days from the full read, however often it is used. */
  static final Duration TRUSTED = Duration.ofDays(6);

  private final JdbcClient jdbc;
  private final Clock clock;

  ContactsSyncTokens(JdbcClient jdbc, Clock clock) {
    this.jdbc = jdbc;
    this.clock = clock;
  }

  /**
   * @param token null where only a full read will do
   * @param generation number of the last full read
   */
  record Remembered(String token, Instant fullAt, String fingerprint, long generation) {}

  Remembered load(UUID connection) {
    jdbc.sql("INSERT INTO contacts_sync (connection_id) VALUES (:id) ON CONFLICT DO NOTHING")
        .param("id", connection)
        .update();
    return jdbc.sql(
            """
            SELECT sync_token, token_full_at, query_fingerprint, generation
            FROM contacts_sync WHERE connection_id = :id
            """)
        .param("id", connection)
        .query(
            (rs, row) ->
                new Remembered(
                    rs.getString("sync_token"),
                    SqlInstant.read(rs, "token_full_at"),
                    rs.getString("query_fingerprint"),
                    rs.getLong("generation")))
        .single();
  }

  /** Whether reading only what changed is safe. */
  boolean usable(Remembered remembered) {
    return remembered.token() != null
        && PeopleApi.FINGERPRINT.equals(remembered.fingerprint())
        && remembered.fullAt() != null
        && remembered.fullAt().isAfter(clock.instant().minus(TRUSTED));
  }

  long nextGeneration(UUID connection) {
    return jdbc.sql(
            """
            UPDATE contacts_sync SET generation = generation + 1
            WHERE connection_id = :id RETURNING generation
            """)
        .param("id", connection)
        .query(Long.class)
        .single();
  }

  void forget(UUID connection) {
    jdbc.sql("UPDATE contacts_sync SET sync_token = NULL WHERE connection_id = :id")
        .param("id", connection)
        .update();
  }

  /** Belongs into the transaction of the last page: a token without its rows would lose them. */
  void store(UUID connection, String token, boolean full) {
    jdbc.sql(
            """
            UPDATE contacts_sync
            SET sync_token = :token, query_fingerprint = :fingerprint,
                token_full_at = CASE WHEN :full THEN :now ELSE token_full_at END
            WHERE connection_id = :id
            """)
        .param("token", token)
        .param("fingerprint", PeopleApi.FINGERPRINT)
        .param("full", full)
        .param("now", SqlInstant.of(clock.instant()))
        .param("id", connection)
        .update();
  }
}
