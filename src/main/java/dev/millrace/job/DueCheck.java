package dev.millrace.job;

import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import org.springframework.boot.convert.DurationStyle;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * What a schedule asks before it adds a job. The database knows whether anything is due, so a slot
 * with nothing to do costs no Redis command; it is counted instead.
 */
@Component
public class DueCheck {

  private static final long MINUTE = Duration.ofMinutes(1).toMillis();

  private final JdbcClient jdbc;
  private final MeterRegistry meters;
  private final Clock clock;

  public DueCheck(JdbcClient jdbc, MeterRegistry meters, Clock clock) {
    this.jdbc = jdbc;
    this.meters = meters;
    this.clock = clock;
  }

  /**
   * Whether the job is to be added.
   *
   * @param due whether there is anything for it to do
   * @param rest such as {@code 5h}: how long after a job of the schedule a start of the application
   *     does not ask for one that it may have missed; {@code 0s} = no rest
   * @param slot the time for which the fire was planned. Schedules fire at whole minutes, so any
   *     other is that of a start
   */
  public boolean passes(String queue, boolean due, String rest, Date slot) {
    boolean atStart = slot != null && slot.getTime() % MINUTE != 0;
    boolean passes = due && !(atStart && ranSince(queue, DurationStyle.detectAndParse(rest)));
    meters
        .counter("millrace.schedule.checks", "queue", queue, "outcome", passes ? "due" : "empty")
        .increment();
    return passes;
  }

  private boolean ranSince(String queue, Duration rest) {
    Instant now = clock.instant();
    return !rest.isZero()
        && jdbc.sql(
                """
                SELECT EXISTS (SELECT 1 FROM job_runs
                               WHERE queue = :queue AND started_at > :since
                                 AND trigger = 'schedule')""")
            .param("queue", queue)
            .param("since", SqlInstant.of(now.minus(rest)))
            .query(Boolean.class)
            .single();
  }
}
