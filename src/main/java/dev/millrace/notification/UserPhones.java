package dev.millrace.notification;

import dev.millrace.job.SqlInstant;
import java.time.Clock;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Remembers which numbers Twilio will not serve any more. */
@Component
class UserPhones {

  private static final String OPTED_OUT =
      """
      UPDATE user_phones SET opted_out_at = :now, updated_at = :now
      WHERE e164 = :number AND opted_out_at IS NULL
      """;

  private static final String UNUSABLE =
      "UPDATE user_phones SET unusable_code = :code, updated_at = :now WHERE e164 = :number";

  private final JdbcClient jdbc;
  private final Clock clock;

  UserPhones(JdbcClient jdbc, Clock clock) {
    this.jdbc = jdbc;
    this.clock = clock;
  }

  /** Does nothing for a code that is not about the number. */
  void mark(String number, TwilioCode code) {
    if (code.isStop()) {
      jdbc.sql(OPTED_OUT)
          .param("now", SqlInstant.of(clock.instant()))
          .param("number", number)
          .update();
    } else if (code.isUnusableNumber()) {
      jdbc.sql(UNUSABLE)
          .param("code", code.number())
          .param("now", SqlInstant.of(clock.instant()))
          .param("number", number)
          .update();
    }
  }
}
