package dev.millrace.calendar;

import dev.millrace.job.SqlInstant;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * Counts the push messages that were answered 503: {@code webhook.messages} with the result {@code
 * unavailable}, and by hour in the database, where all instances meet. As it may be the database
 * that failed, counts wait here until it is back; those of an instance that stops before are lost.
 */
@Component
class PushFailures {

  private final JdbcClient jdbc;
  private final Clock clock;
  private final MeterRegistry meters;
  private final Map<Instant, Long> waiting = new ConcurrentHashMap<>();

  PushFailures(JdbcClient jdbc, Clock clock, MeterRegistry meters) {
    this.jdbc = jdbc;
    this.clock = clock;
    this.meters = meters;
  }

  /** Counts one; needs no database. */
  void add() {
    meters.counter(PushMessages.METER, "result", "unavailable").increment();
    waiting.merge(clock.instant().truncatedTo(ChronoUnit.HOURS), 1L, Long::sum);
  }

  /** Writes what waits; costs nothing where nothing does. */
  void flush() {
    for (Instant hour : waiting.keySet()) {
      Long count = waiting.remove(hour);
      if (count != null) {
        write(hour, count);
      }
    }
  }

  /** How many there were lately, on all instances. */
  long within(Duration time) {
    flush();
    return jdbc.sql("SELECT coalesce(sum(count), 0) FROM webhook_failures WHERE hour > :since")
        .param("since", SqlInstant.of(clock.instant().minus(time)))
        .query(Long.class)
        .single();
  }

  private void write(Instant hour, long count) {
    try {
      jdbc.sql(
              """
              INSERT INTO webhook_failures AS f (hour, count) VALUES (:hour, :count)
              ON CONFLICT (hour) DO UPDATE SET count = f.count + EXCLUDED.count""")
          .param("hour", SqlInstant.of(hour))
          .param("count", count)
          .update();
    } catch (RuntimeException away) {
      waiting.merge(hour, count, Long::sum);
      throw away;
    }
  }
}
