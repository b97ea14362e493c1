package dev.millrace.connect;

import dev.millrace.account.ConfigurationException;
import dev.millrace.account.GrantOverview;
import dev.millrace.account.Integration;
import dev.millrace.job.AdminAlerts;
import dev.millrace.rest.client.RestRedisException;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.stereotype.Component;
import org.springframework.transaction.TransactionException;

/**
 * A user's way to Google and back. Counts ends in {@code millrace.connects} by integration and
 * outcome.
 */
@Component
public class ConnectFlow {

  private static final Logger LOG = LoggerFactory.getLogger(ConnectFlow.class);

  private final PendingConnects pendings;
  private final ConnectCookie cookie;
  private final ConnectAddresses addresses;
  private final GoogleConsent google;
  private final Accounts accounts;
  private final GrantOverview grants;
  private final AdminAlerts alerts;
  private final MeterRegistry meters;
  private final Clock clock;

  ConnectFlow(
      PendingConnects pendings,
      ConnectCookie cookie,
      ConnectAddresses addresses,
      GoogleConsent google,
      Accounts accounts,
      GrantOverview grants,
      AdminAlerts alerts,
      MeterRegistry meters,
      Clock clock) {
    this.pendings = pendings;
    this.cookie = cookie;
    this.addresses = addresses;
    this.google = google;
    this.accounts = accounts;
    this.grants = grants;
    this.alerts = alerts;
    this.meters = meters;
    this.clock = clock;
  }

  /**
   * The beginning.
   *
   * @param authorizationUrl where the browser is to go, once and until {@code expiresAt}
   * @param cookie the header that ties the way back to this browser
   */
  public record Begun(String authorizationUrl, Instant expiresAt, String cookie) {}

  /**
   * The end.
   *
   * @param calendarSyncs jobs that begin the first copy: one or none
   * @param contactsSyncs the same for contacts
   * @param reminders jobs that close the notices of a dead grant: one or none
   * @param freed the user whose free times changed, because another account's calendars are gone:
   *     one or none
   * @param unlinked the user whose contacts are not another account's any more: one or none
   * @param cookie the header that removes the browser's; null = it is not known which
   */
  public record Finished(
      Integration integration,
      ConnectOutcome outcome,
      List<Map<String, Object>> calendarSyncs,
      List<Map<String, Object>> contactsSyncs,
      List<Map<String, Object>> reminders,
      List<Map<String, Object>> freed,
      List<Map<String, Object>> unlinked,
      String cookie) {}

  /**
   * @param switchAccount whether the user confirms that another account may replace the present one
   * @throws RestRedisException if Redis does not answer
   */
  public Begun begin(UUID user, Integration integration, boolean switchAccount) {
    String state = Secrets.random();
    String nonce = Secrets.random();
    PendingConnect pending =
        new PendingConnect(user, integration, Secrets.random(), Secrets.hash(nonce), switchAccount);
    Instant ends = clock.instant().plus(PendingConnects.LIFETIME);
    pendings.put(state, pending);
    String hint =
        switchAccount
            ? null
            : grants.find(user, integration).map(GrantOverview.Grant::googleEmail).orElse(null);
    return new Begun(
        addresses.consent(integration, state, pending.verifier(), hint, switchAccount),
        ends,
        cookie.set(pending, state, nonce));
  }

  /**
   * Ends a way, whatever came of it.
   *
   * @param query of the address that Google sent the browser to
   * @param cookies the header {@code Cookie}; null = none
   */
  public Finished finish(Integration integration, String query, String cookies) {
    String clearing = null;
    ConnectEndException failure;
    try {
      Callback callback = Callback.of(query);
      PendingConnect pending = pending(callback, integration);
      clearing = cookie.clear(pending, callback.state());
      String nonce = cookie.read(cookies, callback.state());
      if (nonce == null || !Secrets.matches(nonce, pending.browserHash())) {
        throw new ConnectEndException(ConnectOutcome.OTHER_BROWSER, "other_browser");
      }
      return connected(pending, stored(pending, google.read(callback, pending)), clearing);
    } catch (ConnectEndException e) {
      failure = e;
    } catch (RestRedisException e) {
      failure = new ConnectEndException(ConnectOutcome.UNAVAILABLE, e.getMessage());
    } catch (DataAccessException | TransactionException e) {
      LOG.error("A connection could not be stored", e);
      failure = new ConnectEndException(ConnectOutcome.UNAVAILABLE, "database");
    } catch (RuntimeException e) {
      // A browser that comes from Google can do nothing with a problem in JSON.
      LOG.error("A way back from Google ended unforeseen", e);
      failure = new ConnectEndException(ConnectOutcome.FAILED, "unforeseen");
    }
    LOG.info("{} was not connected: {}", integration.sql(), failure.getMessage());
    count(integration, failure.outcome());
    return new Finished(
        integration,
        failure.outcome(),
        List.of(),
        List.of(),
        List.of(),
        List.of(),
        List.of(),
        clearing);
  }

  private Accounts.Connected stored(PendingConnect pending, GoogleConsent.Granted granted) {
    try {
      return accounts.connect(pending, granted);
    } catch (ConfigurationException e) {
      alerts.raise(e.alert(), e.alert(), Map.of("message", e.getMessage()));
      throw new ConnectEndException(ConnectOutcome.OUR_FAULT, e.alert());
    }
  }

  private PendingConnect pending(Callback callback, Integration integration) {
    ConnectEndException unknown =
        new ConnectEndException(ConnectOutcome.STATE_UNKNOWN, "state_unknown");
    if (callback.state() == null) {
      throw unknown;
    }
    return pendings
        .take(callback.state())
        .filter(pending -> pending.integration() == integration)
        .orElseThrow(() -> unknown);
  }

  private Finished connected(
      PendingConnect pending, Accounts.Connected connected, String clearing) {
    Integration integration = pending.integration();
    boolean calendar = integration == Integration.GOOGLE_CALENDAR;
    String user = pending.user().toString();
    String connection = connected.connectionId().toString();
    String trigger = connected.again() ? "reconnect" : "initial";
    count(integration, ConnectOutcome.CONNECTED);
    return new Finished(
        integration,
        ConnectOutcome.CONNECTED,
        calendar
            ? List.of(Map.of("userId", user, "connectionId", connection, "trigger", trigger))
            : List.of(),
        calendar
            ? List.of()
            : List.of(
                Map.of(
                    "userId",
                    user,
                    "connectionId",
                    connection,
                    "syncType",
                    "full",
                    "trigger",
                    trigger)),
        List.of(Map.of("connectionId", connection)),
        connected.replaced() && calendar
            ? List.of(Map.of("userId", user, "reason", "calendar_sync"))
            : List.of(),
        connected.replaced() && !calendar ? List.of(Map.of("userId", user)) : List.of(),
        clearing);
  }

  private void count(Integration integration, ConnectOutcome outcome) {
    meters
        .counter("millrace.connects", "integration", integration.sql(), "outcome", outcome.word())
        .increment();
  }
}
