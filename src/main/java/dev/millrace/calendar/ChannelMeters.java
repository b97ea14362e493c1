package dev.millrace.calendar;

import dev.millrace.job.SqlInstant;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * Counts of push channels and of their renewals: {@code webhook.renewals} by outcome, and, as of
 * the last sweep, {@code channels} by state and {@code channels.expiring.24h}.
 */
@Component
class ChannelMeters {

  private static final List<String> STATES =
      List.of("pending", "active", "superseded", "stopped", "failed");

  private final JdbcClient jdbc;
  private final Clock clock;
  private final MeterRegistry meters;
  private final MultiGauge byState;
  private final AtomicLong expiring;

  ChannelMeters(JdbcClient jdbc, Clock clock, MeterRegistry meters) {
    this.jdbc = jdbc;
    this.clock = clock;
    this.meters = meters;
    this.byState =
        MultiGauge.builder("channels").description("Push channels by state").register(meters);
    this.expiring = meters.gauge("channels.expiring.24h", new AtomicLong());
  }

  /** Counts one unit of webhook-renewal. */
  void renewal(String outcome) {
    meters.counter("webhook.renewals", "outcome", outcome).increment();
  }

  /** Counts the channels. */
  void observe() {
    Map<String, Long> counts =
        jdbc
            .sql("SELECT state, count(*) AS n FROM watch_channels GROUP BY state")
            .query((row, i) -> Map.entry(row.getString("state"), row.getLong("n")))
            .list()
            .stream()
            .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
    byState.register(
        STATES.stream()
            .<MultiGauge.Row<?>>map(
                state ->
                    MultiGauge.Row.of(
                        Tags.of("state", state), counts.getOrDefault(state, 0L).doubleValue()))
            .toList(),
        true);
    expiring.set(
        jdbc.sql(
                """
                SELECT count(*) FROM watch_channels
                WHERE state = 'active' AND expires_at > :now AND expires_at <= :soon""")
            .param("now", SqlInstant.of(clock.instant()))
            .param("soon", SqlInstant.of(clock.instant().plus(ChannelFinding.EXPIRING_WITHIN)))
            .query(Long.class)
            .single());
  }
}
