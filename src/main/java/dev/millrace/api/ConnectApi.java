package dev.millrace.api;

import dev.millrace.account.GrantOverview;
import dev.millrace.account.GrantOverview.Grant;
import dev.millrace.account.GrantStatus;
import dev.millrace.account.Integration;
import dev.millrace.account.SyncOverview;
import dev.millrace.connect.ConnectAddresses;
import dev.millrace.connect.ConnectFlow;
import dev.millrace.connect.ConnectOutcome;
import dev.millrace.connect.Disconnection;
import dev.millrace.problem.InvalidField;
import dev.millrace.problem.Problem;
import java.time.Instant;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangeProperty;
import org.apache.camel.Header;
import org.apache.camel.component.platform.http.springboot.PlatformHttpMessage;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.stereotype.Component;

/** What {@code routes/http/oauth.camel.yaml} calls. */
@Component
public class ConnectApi {

  private static final Logger LOG = LoggerFactory.getLogger(ConnectApi.class);

  private static final String SWITCH = "switchAccount";

  private final ConnectFlow flow;
  private final Disconnection disconnection;
  private final ConnectAddresses addresses;
  private final GrantOverview grants;
  private final ApiJson json;

  public ConnectApi(
      ConnectFlow flow,
      Disconnection disconnection,
      ConnectAddresses addresses,
      GrantOverview grants,
      ApiJson json) {
    this.flow = flow;
    this.disconnection = disconnection;
    this.addresses = addresses;
    this.grants = grants;
    this.json = json;
  }

  /** Where the browser is to go. */
  public Answer authorize(UUID user, String integration, String query) {
    String sent = new QueryString(query).only(SWITCH);
    if (sent != null && !sent.equals("true") && !sent.equals("false")) {
      throw Problem.invalid(
              HttpStatus.BAD_REQUEST,
              new InvalidField(
                  SWITCH, sent, "send true to let another Google account replace this one."))
          .asException();
    }
    ConnectFlow.Begun begun =
        flow.begin(user, integration(integration), Boolean.parseBoolean(sent));
    return json.answer(
        HttpStatus.OK,
        Map.of("authorizationUrl", begun.authorizationUrl(), "expiresAt", begun.expiresAt()),
        Map.of("Set-Cookie", begun.cookie()));
  }

  /** What came of it. */
  public ConnectFlow.Finished finish(
      @Header("integration") String integration,
      @Header(Exchange.HTTP_QUERY) String query,
      Exchange exchange) {
    return flow.finish(integration(integration), query, cookies(exchange));
  }

  /** As the browser sent them: in Camel's message a parameter of the address looks the same. */
  private static String cookies(Exchange exchange) {
    return exchange.getIn() instanceof PlatformHttpMessage message
        ? String.join("; ", Collections.list(message.getRequest().getHeaders(HttpHeaders.COOKIE)))
        : null;
  }

  /** Sends the browser on. */
  public Answer redirect(@ExchangeProperty("finished") ConnectFlow.Finished finished) {
    return redirect(finished, finished.outcome());
  }

  /**
   * Sends the browser on although jobs could not be added: what is connected is found by the clock.
   */
  public Answer redirectLater(
      @ExchangeProperty("finished") ConnectFlow.Finished finished, Exchange exchange) {
    LOG.error(
        "What follows a connection was not begun",
        exchange.getProperty(Exchange.EXCEPTION_CAUGHT, Exception.class));
    return redirect(finished, ConnectOutcome.CONNECTED_LATER);
  }

  private Answer redirect(ConnectFlow.Finished finished, ConnectOutcome outcome) {
    Map<String, String> headers = new HashMap<>();
    headers.put("Location", addresses.end(finished.integration(), outcome));
    if (finished.cookie() != null) {
      headers.put("Set-Cookie", finished.cookie());
    }
    return new Answer(HttpStatus.FOUND.value(), headers, null, null);
  }

  /** Our own page at the end of the way. */
  public Answer page(String query) {
    Map<String, String> values = new QueryString(query).only(List.of("integration", "outcome"));
    ConnectOutcome outcome =
        ConnectOutcome.named(values.get("outcome")).orElse(ConnectOutcome.FAILED);
    return new Answer(
        HttpStatus.OK.value(),
        Map.of(),
        MediaType.TEXT_HTML_VALUE + ";charset=utf-8",
        ConnectPage.html(Integration.named(values.get("integration")).orElse(null), outcome));
  }

  /** A grant as its owner is told. */
  record View(
      boolean connected,
      String status,
      String reason,
      String googleEmail,
      List<String> scopes,
      Instant connectedAt,
      Instant lastSyncAt,
      boolean reAuthNeeded) {

    static View of(Grant grant) {
      return new View(
          grant.status() == GrantStatus.ACTIVE,
          grant.status().sql(),
          grant.reason(),
          grant.googleEmail(),
          grant.live() ? grant.scopes() : List.of(),
          grant.live() ? grant.connectedAt() : null,
          grant.lastSyncAt(),
          grant.status() == GrantStatus.NEEDS_REAUTH);
    }
  }

  /** What is connected. */
  public View status(UUID user, String integration, String query) {
    new QueryString(query).only();
    return grants
        .find(user, integration(integration))
        .map(View::of)
        .orElseGet(
            () ->
                new View(
                    false, SyncOverview.NOT_CONNECTED, null, null, List.of(), null, null, false));
  }

  /** Ends it. */
  public Disconnection.Ended disconnect(UUID user, String integration, String query) {
    new QueryString(query).only();
    return disconnection.end(user, integration(integration));
  }

  /** What was done. */
  public Map<String, Object> disconnected(Disconnection.Ended ended) {
    return Map.of("connected", false, "revocation", ended.revocation().word());
  }

  private static Integration integration(String sent) {
    String name = new PathName("integration", sent, 20).text();
    return Integration.named(name)
        .filter(one -> one.word().equals(name))
        .orElseThrow(
            () ->
                Problem.of(
                        HttpStatus.NOT_FOUND,
                        "There is no integration \""
                            + name
                            + "\"; there are calendar and contacts.")
                    .asException());
  }
}
