package dev.millrace.job;

import java.time.Instant;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Adds what a test is about, and answers its id. */
public final class Rows {

  private final JdbcClient jdbc;

  public Rows(JdbcClient jdbc) {
    this.jdbc = jdbc;
  }

  public UUID user(String email, String zone) {
    return add("INSERT INTO users (id, email, time_zone) VALUES (:id, :a, :b)", email, zone);
  }

  public UUID connection(UUID user, String integration) {
    return add(
        """
        INSERT INTO google_connections (id, user_id, integration, refresh_token_enc)
        VALUES (:id, :a, CAST(:b AS integration), '\\x01')
        """,
        user,
        integration);
  }

  public void syncState(UUID connection, Instant nextSyncAt, Instant lastSuccessAt) {
    add(
        """
        INSERT INTO sync_state (connection_id, interval_s, next_sync_at, last_success_at)
        VALUES (:a, 14400, :b, :c)
        """,
        connection,
        SqlInstant.of(nextSyncAt),
        SqlInstant.of(lastSuccessAt));
  }

  public UUID calendar(UUID connection) {
    return add(
        """
        INSERT INTO calendars (id, connection_id, user_id, google_id, name, selected)
        SELECT :id, g.id, g.user_id, 'primary', 'Calendar', true
        FROM google_connections g WHERE g.id = :a
        """,
        connection);
  }

  public void busy(UUID calendar, String start, String end) {
    add(
        """
        INSERT INTO calendar_events (calendar_id, google_event_id, user_id, start_at, end_at, busy,
                                     generation)
        SELECT k.id, CAST(:id AS text), k.user_id, :b, :c, true, 1
        FROM calendars k WHERE k.id = :a
        """,
        calendar,
        SqlInstant.of(Instant.parse(start)),
        SqlInstant.of(Instant.parse(end)));
  }

  public UUID contact(UUID user, String name, String frequency, String lastContactAt) {
    return add(
        """
        INSERT INTO contacts (id, user_id, name, frequency, last_contact_at)
        VALUES (:id, :a, :b, CAST(:c AS contact_freq), :d)
        """,
        user,
        name,
        frequency,
        SqlInstant.of(Instant.parse(lastContactAt)));
  }

  public UUID suggestion(UUID user, UUID contact, String start, String end) {
    UUID id =
        add(
            """
            INSERT INTO suggestions (id, user_id, kind, trigger, slot_start, slot_end, slot_zone,
                                     reasoning)
            VALUES (:id, :a, 'individual', 'timebound', :b, :c, 'UTC', 'Some time ago.')
            """,
            user,
            SqlInstant.of(Instant.parse(start)),
            SqlInstant.of(Instant.parse(end)));
    add("INSERT INTO suggestion_contacts (suggestion_id, contact_id) VALUES (:a, :b)", id, contact);
    return id;
  }

  public void phone(UUID user, String number) {
    add(
        "INSERT INTO user_phones (user_id, e164, verified_at) VALUES (:a, :b, now())",
        user,
        number);
  }

  /** A user claims a number and waits for the code in a message. */
  public void claim(UUID user, String number, UUID message) {
    add(
        """
        INSERT INTO phone_verifications (user_id, e164, message_id, code_salt, code_hash,
                                         consented_at, created_at, expires_at)
        VALUES (:a, :b, :c, '\\x01', '\\x01', now(), now(), now() + interval '10 min')
        """,
        user,
        number,
        message);
  }

  /**
   * Any other statement, with {@code :id} for a new id and {@code :a}, {@code :b} … for the rest.
   */
  public UUID add(String sql, Object... values) {
    UUID id = UUID.randomUUID();
    JdbcClient.StatementSpec statement = jdbc.sql(sql).param("id", id);
    char name = 'a';
    for (Object value : values) {
      statement = statement.param(String.valueOf(name++), value);
    }
    statement.update();
    return id;
  }
}
