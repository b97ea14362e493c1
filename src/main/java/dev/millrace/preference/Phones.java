package dev.millrace.preference;

import dev.millrace.job.SqlInstant;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Reads and writes users' phones; a number belongs to one user, who proved it last. */
@Component
public class Phones {

  private static final String STATE =
      """
      SELECT f.e164, f.verified_at, f.opted_out_at, f.unusable_code,
             v.e164 AS claimed, v.expires_at, v.tries,
             m.state IN ('failed', 'undelivered') AS failed, m.provider_code
      FROM users u
      LEFT JOIN user_phones f ON f.user_id = u.id AND f.verified_at IS NOT NULL
      LEFT JOIN phone_verifications v ON v.user_id = u.id AND v.expires_at > :now
                                     AND v.tries < :most
      LEFT JOIN outbound_messages m ON m.id = v.message_id
      WHERE u.id = :user
      """;

  private static final String STORE =
      """
      INSERT INTO user_phones (user_id, e164, verified_at, updated_at)
      VALUES (:user, :number, :now, :now)
      ON CONFLICT (user_id) DO UPDATE
      SET e164 = EXCLUDED.e164, verified_at = EXCLUDED.verified_at, opted_out_at = NULL,
          unusable_code = NULL, updated_at = EXCLUDED.updated_at
      """;

  private static final String SUPPRESS =
      """
      UPDATE outbound_messages SET state = 'suppressed', state_reason = 'phone_removed'
      WHERE channel = 'sms' AND state = 'queued' AND purpose <> 'verification'
        AND user_id IN (SELECT user_id FROM user_phones WHERE %s) AND to_address =
            (SELECT e164 FROM user_phones f WHERE f.user_id = outbound_messages.user_id)
      """;

  /** Twilio's code for a phone that has texted STOP. */
  private static final String STOPPED = "21610";

  private final JdbcClient jdbc;
  private final Clock clock;

  Phones(JdbcClient jdbc, Clock clock) {
    this.jdbc = jdbc;
    this.clock = clock;
  }

  /** How a user's phone stands. */
  public PhoneState of(UUID user) {
    return jdbc.sql(STATE)
        .param("user", user)
        .param("now", SqlInstant.of(clock.instant()))
        .param("most", PhoneVerification.MOST_TRIES)
        .query((rs, row) -> state(rs))
        .single();
  }

  /** Whether the number is the user's own and text messages get there. */
  boolean works(UUID user, String e164) {
    return jdbc.sql(
            """
            SELECT EXISTS (SELECT 1 FROM user_phones WHERE user_id = :user AND e164 = :number
                           AND verified_at IS NOT NULL AND opted_out_at IS NULL
                           AND unusable_code IS NULL)
            """)
        .param("user", user)
        .param("number", e164)
        .query(Boolean.class)
        .single();
  }

  /** Makes the number the user's; whoever had it before has none: it was given to another. */
  void proved(UUID user, String e164) {
    suppress("user_id = :user AND e164 <> :number OR user_id <> :user AND e164 = :number", user)
        .param("number", e164)
        .update();
    jdbc.sql("DELETE FROM user_phones WHERE e164 = :number AND user_id <> :user")
        .param("number", e164)
        .param("user", user)
        .update();
    jdbc.sql(STORE)
        .param("user", user)
        .param("number", e164)
        .param("now", SqlInstant.of(clock.instant()))
        .update();
  }

  /** Forgets the user's number, and what waits to be sent there. */
  void remove(UUID user) {
    suppress("user_id = :user", user).update();
    jdbc.sql("DELETE FROM user_phones WHERE user_id = :user").param("user", user).update();
  }

  private JdbcClient.StatementSpec suppress(String whose, UUID user) {
    return jdbc.sql(SUPPRESS.formatted(whose)).param("user", user);
  }

  private static PhoneState state(ResultSet rs) throws SQLException {
    String number = rs.getString("e164");
    String claimed = rs.getString("claimed");
    PhoneState.Pending pending =
        claimed == null
            ? null
            : new PhoneState.Pending(
                PhoneState.masked(claimed),
                SqlInstant.read(rs, "expires_at"),
                PhoneVerification.MOST_TRIES - rs.getInt("tries"),
                failure(rs));
    Instant optedOut = SqlInstant.read(rs, "opted_out_at");
    boolean unusable = rs.getObject("unusable_code") != null;
    PhoneState.State state =
        number == null
            ? pending == null ? PhoneState.State.NONE : PhoneState.State.PENDING
            : optedOut != null
                ? PhoneState.State.OPTED_OUT
                : unusable ? PhoneState.State.UNUSABLE : PhoneState.State.VERIFIED;
    return new PhoneState(
        state,
        Optional.ofNullable(number).map(PhoneState::masked).orElse(null),
        SqlInstant.read(rs, "verified_at"),
        pending);
  }

  private static PhoneState.Failure failure(ResultSet rs) throws SQLException {
    if (!rs.getBoolean("failed")) {
      return null;
    }
    return STOPPED.equals(rs.getString("provider_code"))
        ? PhoneState.Failure.OPTED_OUT
        : PhoneState.Failure.NOT_DELIVERED;
  }
}
