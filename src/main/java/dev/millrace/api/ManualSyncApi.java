package dev.millrace.api;

import dev.millrace.account.Integration;
import dev.millrace.account.SyncOverview;
import dev.millrace.calendar.Calendars;
import dev.millrace.connect.ConnectAddresses;
import dev.millrace.contacts.FullReads;
import dev.millrace.problem.Problem;
import dev.millrace.problem.WholeSeconds;
import dev.millrace.ratelimit.Decision;
import dev.millrace.ratelimit.RateLimits;
import dev.millrace.rest.client.RestRedisException;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangeProperty;
import org.apache.camel.Header;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Component;

/**
 * Syncs that a user asks for, as {@code routes/http/sync.camel.yaml} calls them. Counts in {@code
 * millrace.manual.syncs} by integration and outcome.
 */
@Component
public class ManualSyncApi {

  private static final Logger LOG = LoggerFactory.getLogger(ManualSyncApi.class);

  static final String LIMIT = "manual-sync";

  private final SyncOverview overview;
  private final ConnectAddresses addresses;
  private final Calendars calendars;
  private final FullReads fullReads;
  private final RateLimits limits;
  private final ApiJson json;
  private final MeterRegistry meters;

  public ManualSyncApi(
      SyncOverview overview,
      ConnectAddresses addresses,
      Calendars calendars,
      FullReads fullReads,
      RateLimits limits,
      ApiJson json,
      MeterRegistry meters) {
    this.overview = overview;
    this.addresses = addresses;
    this.calendars = calendars;
    this.fullReads = fullReads;
    this.limits = limits;
    this.json = json;
    this.meters = meters;
  }

  /**
   * What was asked for and may be done.
   *
   * @param running whether a sync is under way, which the new one waits for
   * @param job its data
   * @param subject whom the limit has counted
   * @param taken what the limit said
   */
  public record Asked(
      Integration integration,
      boolean running,
      Map<String, Object> job,
      String subject,
      Decision taken) {

    /** Whether it is about calendars. */
    public boolean calendar() {
      return integration == Integration.GOOGLE_CALENDAR;
    }
  }

  /** Looks whether what the body asks for can be done, and takes one from the limit. */
  public Asked ask(UUID user, String body, String query) {
    new QueryString(query).only();
    return asked(user, ManualSyncRequest.of(body));
  }

  /** The same for contacts, by the address alone. */
  public Asked askContacts(UUID user, String how, String query) {
    new QueryString(query).only();
    return asked(user, new ManualSyncRequest(Integration.GOOGLE_CONTACTS, how.equals("full")));
  }

  private Asked asked(UUID user, ManualSyncRequest request) {
    Integration integration = request.integration();
    SyncOverview.State state = overview.of(user, integration);
    if (state.needsReauth()) {
      throw count(integration, "needs_reauth", needsReauth(state));
    }
    if (!state.active()) {
      throw count(integration, "not_connected", notConnected(integration));
    }
    String subject = user + ":" + integration.sql();
    Decision said = limits.check(LIMIT, subject);
    if (!said.allowed()) {
      throw count(integration, "limited", limited(said, state.running()));
    }
    if (request.full()) {
      try {
        wantAll(user, integration, state.connectionId());
      } catch (RuntimeException e) {
        giveBack(integration, said, subject);
        throw e;
      }
    }
    return new Asked(integration, state.running(), job(user, request, state), subject, said);
  }

  /**
   * The user may ask again at once.
   *
   * @throws Exception why the job could not be added
   */
  public void notAdded(@ExchangeProperty("asked") Asked asked, Exchange exchange) throws Exception {
    giveBack(asked.integration(), asked.taken(), asked.subject());
    throw exchange.getProperty(Exchange.EXCEPTION_CAUGHT, Exception.class);
  }

  private void giveBack(Integration integration, Decision said, String subject) {
    count(integration, "not_added", null);
    try {
      limits.refund(said, subject, 1);
    } catch (RestRedisException e) {
      LOG.warn("A manual sync that was not added counts all the same: {}", e.getMessage());
    }
  }

  private void wantAll(UUID user, Integration integration, UUID connection) {
    if (integration == Integration.GOOGLE_CALENDAR) {
      calendars.readAnew(connection);
    } else {
      fullReads.want(user);
    }
  }

  private static Map<String, Object> job(
      UUID user, ManualSyncRequest request, SyncOverview.State state) {
    Map<String, Object> job = new HashMap<>();
    job.put("userId", user.toString());
    job.put("connectionId", state.connectionId().toString());
    job.put("trigger", "manual");
    if (request.integration() == Integration.GOOGLE_CONTACTS) {
      job.put("syncType", request.full() ? "full" : "incremental");
    }
    return job;
  }

  /** That it will be done. */
  public Answer accepted(
      @ExchangeProperty("asked") Asked asked, @Header("CamelBullMQAddedJobId") String jobId) {
    count(asked.integration(), "accepted", null);
    return json.answer(
        HttpStatus.ACCEPTED,
        Map.of(
            "jobId",
            jobId,
            "integrationType",
            asked.integration().sql(),
            "running",
            asked.running()),
        Map.of());
  }

  private Problem needsReauth(SyncOverview.State state) {
    return Problem.of(
            HttpStatus.UNAUTHORIZED,
            "Google does not honour the connection any more ("
                + state.reason()
                + "). Connect it again: GET reAuthUrl with your token, and open the address that it"
                + " answers.")
        .kind("reconnect-needed")
        .with("reAuthUrl", addresses.authorize(state.integration()))
        .header(HttpHeaders.WWW_AUTHENTICATE, "Bearer");
  }

  private Problem notConnected(Integration integration) {
    return Problem.of(
            HttpStatus.CONFLICT,
            "There is no Google account connected to read this from. Connect one first: GET "
                + addresses.authorize(integration))
        .kind("not-connected");
  }

  private static Problem limited(Decision said, boolean running) {
    boolean counted = said.source() != Decision.Source.CLOSED;
    Duration pause = said.retryAfter();
    return Problem.of(
            counted ? HttpStatus.TOO_MANY_REQUESTS : HttpStatus.SERVICE_UNAVAILABLE,
            (running ? "A sync is running now. " : "")
                + "You can ask for another once a minute; ask again in "
                + Math.max(1, WholeSeconds.up(pause))
                + " s.")
        .kind(counted ? "limit-refused" : "limit-closed")
        .with("running", running)
        .retryAfter(pause);
  }

  private RuntimeException count(Integration integration, String outcome, Problem problem) {
    meters
        .counter("millrace.manual.syncs", "integration", integration.sql(), "outcome", outcome)
        .increment();
    return problem == null ? null : problem.asException();
  }
}
