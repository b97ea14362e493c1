package dev.millrace.notification;

import dev.millrace.job.AdminAlerts;
import dev.millrace.job.SqlInstant;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Tells an operator when many messages fail, and that they do no more. */
@Component
class DeliveryHealth {

  static final String MANY_FAIL = "messages_failing";

  static final Duration WINDOW = Duration.ofHours(1);
  static final int LEAST = 20;
  static final double MOST_FAILED = 0.1;

  private static final String LAST_HOUR =
      """
      SELECT count(*) AS ended,
             count(*) FILTER (WHERE state IN ('failed', 'undelivered')) AS failed,
             count(*) FILTER (WHERE state IN ('failed', 'undelivered') AND channel = 'sms') AS failed_sms
      FROM outbound_messages
      WHERE claimed_at > :since AND state IN ('sent', 'delivered', 'failed', 'undelivered')
      """;

  private final JdbcClient jdbc;
  private final AdminAlerts alerts;
  private final Clock clock;

  DeliveryHealth(JdbcClient jdbc, AdminAlerts alerts, Clock clock) {
    this.jdbc = jdbc;
    this.alerts = alerts;
    this.clock = clock;
  }

  private record Hour(long ended, long failed, long failedSms) {

    /** A few messages tell neither that many fail nor that no more do. */
    boolean tells() {
      return ended >= LEAST;
    }

    boolean isBad() {
      return failed > ended * MOST_FAILED;
    }
  }

  void check() {
    Hour hour =
        jdbc.sql(LAST_HOUR)
            .param("since", SqlInstant.of(clock.instant().minus(WINDOW)))
            .query(
                (rs, row) ->
                    new Hour(rs.getLong("ended"), rs.getLong("failed"), rs.getLong("failed_sms")))
            .single();
    if (!hour.tells()) {
      return;
    }
    if (!hour.isBad()) {
      alerts.close(MANY_FAIL);
    } else if (!alerts.isOpen(MANY_FAIL)) {
      alerts.raise(
          MANY_FAIL,
          MANY_FAIL,
          Map.of("ended", hour.ended(), "failed", hour.failed(), "failedSms", hour.failedSms()));
    }
  }
}
