package dev.millrace.notification;

import dev.millrace.job.SqlInstant;
import java.time.Clock;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Notes at a number, whosever it is, what Twilio's codes say about it. */
@Component
public class PhoneTrouble {

  private static final int IN_A_ROW = 3;

  private static final String STOP =
      """
      UPDATE user_phones SET opted_out_at = :now, updated_at = :now
      WHERE e164 = :number AND opted_out_at IS NULL
      """;

  private static final String MARK =
      """
      UPDATE user_phones SET unusable_code = :code, updated_at = :now
      WHERE e164 = :number
      """;

  private static final String HEAL =
      """
      UPDATE user_phones SET unusable_code = NULL, updated_at = :now
      WHERE e164 = :number AND unusable_code IS NOT NULL
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

  /** A message of the user to the number ended with this code, which its row has already. */
  void note(UUID user, String number, TwilioCode code) {
    if (code.isStop()) {
      write(STOP, number).update();
    } else if (code.isUnusableNumber()) {
      write(MARK, number).param("code", code.number()).update();
    } else if (code.isPassing() && lasts(user, number)) {
      // a guess, which others who only claim the number must not bring upon its owner
      write(MARK + " AND user_id = :user", number)
          .param("code", code.number())
          .param("user", user)
          .update();
    }
  }

  /** A message arrived there. */
  public void healed(String number) {
    write(HEAL, number).update();
  }

  private boolean lasts(UUID user, String number) {
    return jdbc.sql(FAILED_IN_A_ROW)
            .param("user", user)
            .param("number", number)
            .param("most", IN_A_ROW)
            .param("codes", TwilioCode.PASSING.stream().map(String::valueOf).toList())
            .query(Integer.class)
            .single()
        == IN_A_ROW;
  }

  private JdbcClient.StatementSpec write(String sql, String number) {
    return jdbc.sql(sql).param("number", number).param("now", SqlInstant.of(clock.instant()));
  }
}
