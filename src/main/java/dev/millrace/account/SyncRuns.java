package dev.millrace.account;

import dev.millrace.job.SqlInstant;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** What syncs did: rows for the user and the operator, numbers for the graphs. */
@Component
public class SyncRuns {

  private final JdbcClient jdbc;
  private final MeterRegistry meters;
  private final Clock clock;

  public SyncRuns(JdbcClient jdbc, MeterRegistry meters, Clock clock) {
    this.jdbc = jdbc;
    this.meters = meters;
    this.clock = clock;
  }

  /** Adds a run that ended now. */
  public void add(Integration integration, SyncRun run) {
    jdbc.sql(
            """
            INSERT INTO sync_runs
              (connection_id, job_id, trigger, mode, result, reason, pages, upserted, deleted,
               api_calls, started_at, finished_at)
            VALUES (:connection, :job, :trigger, :mode, :result, :reason, :pages, :upserted,
                    :deleted, :calls, :started, :finished)""")
        .param("connection", run.connectionId())
        .param("job", run.jobId())
        .param("trigger", run.trigger().sql())
        .param("mode", run.mode().sql())
        .param("result", run.result().sql())
        .param("reason", run.reason())
        .param("pages", run.pages())
        .param("upserted", run.upserted())
        .param("deleted", run.deleted())
        .param("calls", run.apiCalls())
        .param("started", SqlInstant.of(run.startedAt()))
        .param("finished", SqlInstant.of(clock.instant()))
        .update();
    meters
        .counter(
            "sync.runs",
            "integration",
            integration.sql(),
            "trigger",
            run.trigger().sql(),
            "result",
            run.result().sql())
        .increment();
  }

  /** The reason of the connection's last run; empty after a success. */
  public Optional<String> lastReason(UUID connectionId) {
    return jdbc.sql(
            """
            SELECT coalesce(reason, '') FROM sync_runs
            WHERE connection_id = :id ORDER BY finished_at DESC, id DESC LIMIT 1""")
        .param("id", connectionId)
        .query(String.class)
        .optional()
        .filter(reason -> !reason.isEmpty());
  }

  /** Notes how old a copy had become when it was renewed. */
  public void staleness(Integration integration, Instant lastSuccessAt) {
    if (lastSuccessAt != null) {
      DistributionSummary.builder("sync.staleness")
          .baseUnit("seconds")
          .description("Age of a copy when it was renewed")
          .tag("integration", integration.sql())
          .publishPercentiles(0.95)
          .register(meters)
          .record(Duration.between(lastSuccessAt, clock.instant()).toMillis() / 1000.0);
    }
  }

  /** Notes why a copy had to be read from the start. */
  public void fullResync(Integration integration, String reason) {
    meters.counter("full.resync", "integration", integration.sql(), "reason", reason).increment();
  }
}
