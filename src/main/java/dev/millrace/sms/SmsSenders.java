package dev.millrace.sms;

import dev.millrace.job.SqlInstant;
import java.time.Clock;
import java.time.ZoneId;
import java.util.Optional;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Knows whose phone a number is, and whether its user wants text messages. */
@Component
class SmsSenders {

  private static final String FIND =
      """
      SELECT u.id, u.time_zone, f.opted_out_at IS NOT NULL AS opted_out
      FROM user_phones f JOIN users u ON u.id = f.user_id AND u.deleted_at IS NULL
      WHERE f.e164 = :number AND f.verified_at IS NOT NULL
      """;

  private static final String STOP =
      """
      UPDATE user_phones SET opted_out_at = coalesce(opted_out_at, :now), updated_at = :now
      WHERE user_id = :user AND e164 = :number
      """;

  private static final String START =
      """
      UPDATE user_phones SET opted_out_at = NULL, updated_at = :now
      WHERE user_id = :user AND e164 = :number
      """;

  private final JdbcClient jdbc;
  private final Clock clock;

  SmsSenders(JdbcClient jdbc, Clock clock) {
    this.jdbc = jdbc;
    this.clock = clock;
  }

  /** Empty for a number that is nobody's, or not proved to be. */
  Optional<SmsSender> find(String number) {
    return jdbc.sql(FIND)
        .param("number", number)
        .query(
            (rs, row) ->
                new SmsSender(
                    rs.getObject("id", UUID.class),
                    ZoneId.of(rs.getString("time_zone")),
                    rs.getBoolean("opted_out")))
        .optional();
  }

  /** No text message goes there from now on; the first time is what is kept. */
  void stop(UUID user, String number) {
    write(STOP, user, number);
  }

  /** Text messages may go there again, also after Twilio said that they may not. */
  void start(UUID user, String number) {
    write(START, user, number);
  }

  private void write(String sql, UUID user, String number) {
    jdbc.sql(sql)
        .param("user", user)
        .param("number", number)
        .param("now", SqlInstant.of(clock.instant()))
        .update();
  }
}
