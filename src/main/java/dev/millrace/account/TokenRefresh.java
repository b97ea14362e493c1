package dev.millrace.account;

import dev.millrace.job.AdminAlerts;
import dev.millrace.job.PermanentException;
import dev.millrace.job.WaitException;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/**
 * Keeps grants alive and finds dead ones before a sync does.
 *
 * <p>{@link TokenProvider} refreshes whatever a sync needs; this sweep is the safety net for
 * accounts that nothing reads. Each connection is on its own: one that fails stops no other. Only
 * two things end the sweep, because they are the same for all: Google does not accept this
 * application, or asks for a pause.
 */
@Component
public class TokenRefresh {

  private static final Logger LOG = LoggerFactory.getLogger(TokenRefresh.class);

  private final GoogleConnections connections;
  private final TokenRenewal renewal;
  private final GrantHealth health;
  private final AdminAlerts alerts;
  private final MeterRegistry meters;
  private final TokenRefreshProperties settings;
  private final Clock clock;

  public TokenRefresh(
      GoogleConnections connections,
      TokenRenewal renewal,
      GrantHealth health,
      AdminAlerts alerts,
      MeterRegistry meters,
      TokenRefreshProperties settings,
      Clock clock) {
    this.connections = connections;
    this.renewal = renewal;
    this.health = health;
    this.alerts = alerts;
    this.meters = meters;
    this.settings = settings;
    this.clock = clock;
  }

  /** Whether a sweep would find a grant to refresh. */
  public boolean due() {
    return !connections.due(clock.instant(), DueRefresh.START, 1).isEmpty();
  }

  /**
   * Runs one job.
   *
   * @param data {@code {}} for all that are due, or {@code {"connectionId"}} for one, due or not
   * @throws ConfigurationException if Google does not accept this application; an alert is open
   *     then
   * @throws WaitException if Google asked for a pause
   */
  public TokenRefreshResult run(Map<String, Object> data) {
    SweepTally tally = new SweepTally();
    Object only = data == null ? null : data.get("connectionId");
    if (only != null) {
      one(id(only), tally);
    } else {
      sweep(tally);
    }
    TokenRefreshResult result = tally.result();
    health.observe(result);
    if (tally.stopped() != null) {
      throw tally.stopped();
    }
    return result;
  }

  private void one(UUID id, SweepTally tally) {
    GoogleConnection connection =
        connections
            .find(id)
            .orElseThrow(() -> new PermanentException("connectionId " + id + " is unknown"));
    refresh(new DueRefresh(id, clock.instant(), connection.tokenVersion()), tally);
  }

  private void sweep(SweepTally tally) {
    Instant now = clock.instant();
    Instant deadline = now.plus(settings.timeout());
    DueRefresh last = DueRefresh.START;
    try (ExecutorService workers =
        Executors.newFixedThreadPool(settings.parallel(), Thread.ofVirtual().factory())) {
      while (tally.stopped() == null && clock.instant().isBefore(deadline)) {
        List<DueRefresh> chunk = connections.due(now, last, settings.chunk());
        if (chunk.isEmpty()) {
          return;
        }
        chunk.stream()
            .map(due -> workers.submit(() -> refreshUntil(deadline, due, tally)))
            .toList()
            .forEach(TokenRefresh::await);
        last = chunk.getLast();
      }
    }
  }

  private void refreshUntil(Instant deadline, DueRefresh due, SweepTally tally) {
    if (tally.stopped() == null && clock.instant().isBefore(deadline)) {
      refresh(due, tally);
    }
  }

  private void refresh(DueRefresh due, SweepTally tally) {
    try {
      Renewal renewed = renewal.renew(due.id(), due.tokenVersion());
      tally.add(due.id(), renewed);
      count(renewed.outcome().name());
      if (renewed.outcome() == Renewal.Outcome.REFRESHED) {
        alerts.close("oauth_client_broken");
      }
    } catch (ConfigurationException e) {
      count("broken");
      alerts.raise(e.alert(), e.alert(), Map.of("message", e.getMessage()));
      tally.stop(e);
    } catch (WaitException e) {
      count("paused");
      tally.stop(e);
    } catch (RuntimeException e) {
      // one row that nobody can handle must not keep the others from being refreshed
      count("error");
      LOG.warn("token refresh of connection {} failed", due.id(), e);
      tally.add(due.id(), Renewal.unavailable("error"));
    }
  }

  private void count(String outcome) {
    meters.counter("token.refresh", "outcome", outcome.toLowerCase(Locale.ROOT)).increment();
  }

  private static void await(Future<?> task) {
    try {
      task.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("the sweep was interrupted", e);
    } catch (ExecutionException e) {
      throw new IllegalStateException("the sweep failed", e.getCause());
    }
  }

  private static UUID id(Object value) {
    try {
      return UUID.fromString(value.toString());
    } catch (IllegalArgumentException e) {
      throw new PermanentException("connectionId is no UUID: " + value, e);
    }
  }
}
