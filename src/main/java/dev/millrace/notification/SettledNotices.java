package dev.millrace.notification;

import dev.millrace.job.SqlInstant;
import java.time.Clock;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Closes notices, and withdraws messages that nobody needs any more. */
@Component
public class SettledNotices {

  /** A message may speak of several matters; it is void once none of them is open. */
  private static final String WITHDRAW =
      """
      UPDATE outbound_messages m SET state = 'suppressed', state_reason = 'resolved'
      WHERE m.state = 'queued'
        AND EXISTS (SELECT 1 FROM notice_messages l WHERE l.message_id = m.id)
        AND NOT EXISTS (
          SELECT 1 FROM notice_messages l JOIN notices n ON n.id = l.notice_id
          WHERE l.message_id = m.id AND n.resolved_at IS NULL)
      """;

  private static final String WITHDRAW_OF_USER = WITHDRAW + " AND m.user_id = :user";

  private final JdbcClient jdbc;
  private final Clock clock;

  SettledNotices(JdbcClient jdbc, Clock clock) {
    this.jdbc = jdbc;
    this.clock = clock;
  }

  /**
   * Closes what is open about a suggestion that waited for an answer; to be called in the
   * transaction of the answer.
   *
   * @param resolution short and stable, such as {@code answered}
   */
  public void settle(UUID user, UUID suggestion, String resolution) {
    int settled =
        jdbc.sql(
                """
                UPDATE notices SET resolved_at = :now, resolution = :resolution
                WHERE user_id = :user AND kind IN ('suggestion_unanswered', 'suggestion_conflict')
                  AND subject_key = :subject AND resolved_at IS NULL
                """)
            .param("now", SqlInstant.of(clock.instant()))
            .param("resolution", resolution)
            .param("user", user)
            .param("subject", suggestion.toString())
            .update();
    if (settled > 0) {
      jdbc.sql(WITHDRAW_OF_USER).param("user", user).update();
    }
  }

  /** Withdraws everybody's unsent messages whose matters are all settled; answers how many. */
  int withdraw() {
    return jdbc.sql(WITHDRAW).update();
  }
}
