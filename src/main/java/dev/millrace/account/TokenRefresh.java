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
 * application, or asks for a pause. It also finds dead grants again whose users nobody told.
 */
@Component
public class TokenRefresh {

  private static final Logger LOG = LoggerFactory.getLogger(TokenRefresh.class);

  private final GoogleConnections connections;
  private final DueRefreshes due;
  private final TokenRenewal renewal;
  private final GrantHealth health;
  private final AdminAlerts alerts;
  private final MeterRegistry meters;
  private final TokenRefreshProperties settings;
  private final Clock clock;

  public TokenRefresh(
      GoogleConnections connections,
      DueRefreshes due,
      TokenRenewal renewal,
      GrantHealth health,
      AdminAlerts alerts,
      MeterRegistry meters,
      TokenRefreshProperties settings,
      Clock clock) {
    this.connections = connections;
    this.due = due;
    this.renewal = renewal;
    this.health = health;
    this.alerts = alerts;
    this.meters = meters;
    this.settings = settings;
    this.clock = clock;
  }

  /** Whether a sweep would find a grant to refresh, or a dead one that nobody told its user of. */
  public boolean due() {
    return !due.after(DueRefresh.START, clock.instant(), 1).isEmpty() || !due.unnoticed().isEmpty();
  }

  /**
   * Runs one job.
   *
   * @param data {@code {}} for all that are due, or {@code {"connectionId"}} for one, due or not
   * @return also what ended the sweep early: a {@link WaitException} if Google asked for a pause, a
   *     {@link ConfigurationException} if it does not accept this application or no stored token
   *     opens; an alert is open then. {@link #settle} throws it
   * @throws PermanentException if connectionId is no UUID or unknown
   */
  public TokenRefreshResult run(Map<String, Object> data) {
    SweepTally tally = new SweepTally();
    Object only = data == null ? null : data.get("connectionId");
    if (only != null) {
      one(id(only), tally);
    } else {
      sweep(tally);
    }
    closeAlerts(tally);
    TokenRefreshResult result =
        tally.result(
            only == null ? due.unnoticed() : List.of(), tally.anyUnreadable() && due.keyIsRight());
    health.observe(result);
    return result;
  }

  /** The job's return value, once the reminders are on their way; or what ended the sweep. */
  public TokenRefreshResult settle(TokenRefreshResult result) {
    if (result.failure() != null) {
      throw result.failure();
    }
    return result;
  }

  private void closeAlerts(SweepTally tally) {
    if (tally.stopped() == null && tally.count(Renewal.Outcome.REFRESHED) > 0) {
      alerts.close("oauth_client_broken");
      if (!tally.anyUnreadable()) {
        alerts.close("encryption_key_wrong");
      }
    }
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
        List<DueRefresh> chunk = due.after(last, now, settings.chunk());
        if (chunk.isEmpty()) {
          return;
        }
        chunk.stream()
            .map(one -> workers.submit(() -> refreshUntil(deadline, one, tally)))
            .toList()
            .forEach(TokenRefresh::await);
        last = chunk.getLast();
      }
    }
  }

  private void refreshUntil(Instant deadline, DueRefresh one, SweepTally tally) {
    if (tally.stopped() == null && clock.instant().isBefore(deadline)) {
      refresh(one, tally);
    }
  }

  private void refresh(DueRefresh one, SweepTally tally) {
    try {
      Renewal renewed = renewal.renew(one.id(), one.tokenVersion());
      tally.add(one.id(), renewed);
      count(renewed.outcome().name());
    } catch (ConfigurationException e) {
      alerts.raise(e.alert(), e.alert(), Map.of("message", e.getMessage()));
      if (e.alert().equals("encryption_key_wrong")) {
        count("unreadable");
        tally.unreadable(one.id(), e);
      } else {
        count("broken");
        tally.stop(e);
      }
    } catch (WaitException e) {
      count("paused");
      tally.stop(e);
    } catch (RuntimeException e) {
      // one row that nobody can handle must not keep the others from being refreshed
      count("error");
      LOG.warn("token refresh of connection {} failed", one.id(), e);
      tally.add(one.id(), Renewal.unavailable("error"));
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
