package dev.millrace.account;

import dev.millrace.job.AdminAlerts;
import dev.millrace.job.SqlInstant;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Map;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** What the grants as a whole say, after each sweep: a gauge by status, and two alerts. */
@Component
class GrantHealth {

  private static final String FAILURES = "token_refresh_failures";
  private static final String TESTING = "consent_screen_testing?";
  private static final int ENOUGH_TO_JUDGE = 20;
  private static final double FAILED_SHARE = 0.10;

  /** Google ends grants of an unpublished application at this age. */
  private static final Duration TESTING_LIFETIME = Duration.ofDays(7);

  private static final int ENOUGH_OF_ONE_AGE = 3;

  private final GoogleConnections connections;
  private final AdminAlerts alerts;
  private final JdbcClient jdbc;
  private final Clock clock;
  private final MultiGauge byStatus;

  GrantHealth(
      GoogleConnections connections,
      AdminAlerts alerts,
      JdbcClient jdbc,
      MeterRegistry meters,
      Clock clock) {
    this.connections = connections;
    this.alerts = alerts;
    this.jdbc = jdbc;
    this.clock = clock;
    this.byStatus =
        MultiGauge.builder("connections")
            .description("Google connections by status")
            .register(meters);
  }

  void observe(TokenRefreshResult sweep) {
    Map<GrantStatus, Long> counts = connections.countByStatus();
    byStatus.register(
        Arrays.stream(GrantStatus.values())
            .<MultiGauge.Row<?>>map(
                s ->
                    MultiGauge.Row.of(
                        Tags.of("status", s.sql()), counts.getOrDefault(s, 0L).doubleValue()))
            .toList(),
        true);
    int failed = sweep.dead() + sweep.unavailable();
    if (sweep.checked() >= ENOUGH_TO_JUDGE && failed > sweep.checked() * FAILED_SHARE) {
      alerts.raise(
          FAILURES,
          FAILURES,
          Map.of(
              "checked", sweep.checked(),
              "dead", sweep.dead(),
              "transient", sweep.unavailable()));
    } else if (sweep.checked() >= ENOUGH_TO_JUDGE || (alerts.isOpen(FAILURES) && healed())) {
      // small sweeps follow a large one, so without looking further back it would stay open
      alerts.close(FAILURES);
    }
    if (sweep.dead() > 0 || alerts.isOpen(TESTING)) {
      suspectTestingStatus();
    }
  }

  /** Whether no more than a tenth of the last day's refreshes failed. */
  private boolean healed() {
    return jdbc.sql(
            """
            SELECT count(*) FILTER (WHERE failed) <= count(*) * :share
            FROM (SELECT refresh_failures > 0 OR status = 'needs_reauth' AS failed
                  FROM google_connections
                  WHERE (status = 'active' AND (refresh_failures > 0 OR last_refreshed_at > :since))
                     OR (status = 'needs_reauth' AND status_changed_at > :since)) lately""")
        .param("share", FAILED_SHARE)
        .param("since", SqlInstant.of(clock.instant().minus(Duration.ofHours(24))))
        .query(Boolean.class)
        .single();
  }

  /** More than half of the grants made about a week ago died about a week old. */
  private void suspectTestingStatus() {
    Instant now = clock.instant();
    Duration halfDay = Duration.ofHours(12);
    int[] counts =
        jdbc.sql(
                """
                SELECT count(*) AS made,
                       count(*) FILTER (WHERE status = 'needs_reauth'
                         AND status_reason = 'invalid_grant'
                         AND status_changed_at - connected_at > :young::interval) AS died
                FROM google_connections WHERE connected_at BETWEEN :from AND :to""")
            .param(
                "from", SqlInstant.of(now.minus(TESTING_LIFETIME).minus(halfDay.multipliedBy(3))))
            .param("to", SqlInstant.of(now.minus(TESTING_LIFETIME).plus(halfDay)))
            .param("young", TESTING_LIFETIME.minus(halfDay).toString())
            .query((row, i) -> new int[] {row.getInt("made"), row.getInt("died")})
            .single();
    if (counts[1] >= ENOUGH_OF_ONE_AGE && counts[1] * 2 > counts[0]) {
      alerts.raise(
          TESTING,
          TESTING,
          Map.of(
              "made", counts[0],
              "died", counts[1],
              "remedy", "publish the OAuth consent screen in Google's console"));
    } else {
      alerts.close(TESTING);
    }
  }
}
