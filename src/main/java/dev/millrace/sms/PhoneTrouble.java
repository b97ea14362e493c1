package dev.millrace.sms;

import dev.millrace.job.SqlInstant;
import java.time.Clock;
import java.util.Set;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Notes at a user's number what Twilio's codes say about it. */
@Component
class PhoneTrouble {

  private static final int STOPPED = 21610;

  /** Blocked, not known, a landline, no mobile number: that does not heal by itself. */
  private static final Set<Integer> LASTING = Set.of(21211, 21614, 30004, 30005, 30006);

  /** Switched off, or a filter's mood: only as many in a row tell something about the number. */
  private static final Set<Integer> PASSING = Set.of(30003, 30007);

  private static final int IN_A_ROW = 3;

  private static final String STOP =
      """
      UPDATE user_phones SET opted_out_at = :now, updated_at = :now
      WHERE user_id = :user AND e164 = :number AND opted_out_at IS NULL
      """;

  private static final String MARK =
      """
      UPDATE user_phones SET unusable_code = :code, updated_at = :now
      WHERE user_id = :user AND e164 = :number
      """;

  private static final String HEAL =
      """
      UPDATE user_phones SET unusable_code = NULL, updated_at = :now
      WHERE user_id = :user AND e164 = :number AND unusable_code IS NOT NULL
      """;

  private static final String FAILED_IN_A_ROW =
      """
      SELECT count(*) FROM (
          SELECT provider_code FROM outbound_messages
          WHERE user_id = :user AND channel = 'sms' AND to_address = :number
            AND state IN ('delivered', 'undelivered', 'failed')
          ORDER BY created_at DESC LIMIT :most) latest
      WHERE provider_code IN (:codes)
      """;

  private final JdbcClient jdbc;
  private final Clock clock;

  PhoneTrouble(JdbcClient jdbc, Clock clock) {
    this.jdbc = jdbc;
    this.clock = clock;
  }

  /** A message to the number ended with this code, which its row has already. */
  void note(UUID user, String number, int code) {
    if (code == STOPPED) {
      write(STOP, user, number).update();
    } else if (LASTING.contains(code) || (PASSING.contains(code) && lasts(user, number))) {
      write(MARK, user, number).param("code", code).update();
    }
  }

  /** A message arrived there. */
  void healed(UUID user, String number) {
    write(HEAL, user, number).update();
  }

  private boolean lasts(UUID user, String number) {
    return jdbc.sql(FAILED_IN_A_ROW)
            .param("user", user)
            .param("number", number)
            .param("most", IN_A_ROW)
            .param("codes", PASSING.stream().map(String::valueOf).toList())
            .query(Integer.class)
            .single()
        == IN_A_ROW;
  }

  private JdbcClient.StatementSpec write(String sql, UUID user, String number) {
    return jdbc.sql(sql)
        .param("user", user)
        .param("number", number)
        .param("now", SqlInstant.of(clock.instant()));
  }
}
