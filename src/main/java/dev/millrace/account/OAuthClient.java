package dev.millrace.account;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.millrace.job.Quota;
import dev.millrace.job.WaitException;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.http.client.ClientHttpResponse;
import org.springframework.stereotype.Component;
import org.springframework.util.LinkedMultiValueMap;
import org.springframework.util.MultiValueMap;
import org.springframework.web.client.ResourceAccessException;
import org.springframework.web.client.RestClient;

/**
 * Google's token endpoint. What matters is whose fault a refusal is: the grant's (dead, the user
 * must act), ours (an operator must act, no user is touched) or nobody's (it will pass).
 */
@Component
public class OAuthClient {

  /** RFC 6749 and Google's own: they are about the client, not about the user's grant. */
  private static final Set<String> OUR_FAULT =
      Set.of(
          "invalid_client",
          "unauthorized_client",
          "deleted_client",
          "redirect_uri_mismatch",
          "unsupported_grant_type",
          // also the answer to an empty secret
          "invalid_request");

  /** A Workspace administrator or the project's audience shut the user out. */
  private static final Set<String> SHUT_OUT = Set.of("admin_policy_enforced", "org_internal");

  private static final Duration DEFAULT_LIFETIME = Duration.ofHours(1);

  private static final String LIMIT = "google-token";

  private final RestClient http;
  private final GoogleProperties google;
  private final Quota quota;
  private final ObjectMapper json;
  private final Clock clock;
  private final MeterRegistry meters;

  public OAuthClient(
      RestClient googleClient,
      GoogleProperties google,
      Quota quota,
      ObjectMapper json,
      Clock clock,
      MeterRegistry meters) {
    this.http = googleClient;
    this.google = google;
    this.quota = quota;
    this.json = json;
    this.clock = clock;
    this.meters = meters;
  }

  /**
   * Exchanges a refresh token for an access token.
   *
   * @throws DeadGrantException if Google no longer honours the grant
   * @throws ConfigurationException if Google does not accept this application
   * @throws WaitException on 429, and when our own limit is used up
   * @throws GoogleUnavailableException on 408, 5xx, an I/O error or an answer that says nothing
   */
  public TokenGrant refresh(String refreshToken) {
    quota.take(LIMIT, "all");
    MultiValueMap<String, String> form = new LinkedMultiValueMap<>();
    form.add("client_id", google.clientId());
    form.add("client_secret", google.clientSecret());
    form.add("refresh_token", refreshToken);
    form.add("grant_type", "refresh_token");
    try {
      return http.post()
          .uri(google.tokenUri())
          .contentType(MediaType.APPLICATION_FORM_URLENCODED)
          .accept(MediaType.APPLICATION_JSON)
          .body(form)
          .exchange((request, response) -> answer(response));
    } catch (ResourceAccessException e) {
      count("io");
      throw new GoogleUnavailableException("token refresh", "io", e);
    }
  }

  private TokenGrant answer(ClientHttpResponse response) throws IOException {
    int status = response.getStatusCode().value();
    HttpHeaders headers = response.getHeaders();
    count(String.valueOf(status));
    JsonNode body = body(response);
    if (status == 200) {
      return grant(body);
    }
    String error = body.path("error").asText("");
    if (status == 429) {
      throw new WaitException(RetryAfter.read(headers, clock), "rate_limited");
    }
    if (status == 401 || (status == 400 && OUR_FAULT.contains(error))) {
      throw new ConfigurationException(
          "oauth_client_broken",
          "the token endpoint answered %d %s: check google.client-id and google.client-secret"
              .formatted(status, error));
    }
    if (status == 400 && "invalid_grant".equals(error)) {
      // a Workspace session policy names itself in the subtype
      String subtype = body.path("error_subtype").asText("");
      throw new DeadGrantException(subtype.isEmpty() ? error : subtype, false);
    }
    if (SHUT_OUT.contains(error)) {
      throw new DeadGrantException(error, false);
    }
    throw new GoogleUnavailableException("token refresh", "http_" + status, null);
  }

  private static TokenGrant grant(JsonNode body) {
    String accessToken = body.path("access_token").asText("");
    if (accessToken.isEmpty()) {
      throw new GoogleUnavailableException("token refresh", "unreadable_answer", null);
    }
    String refreshToken = body.path("refresh_token").asText("");
    String scope = body.path("scope").asText("").trim();
    return new TokenGrant(
        accessToken,
        seconds(body, "expires_in", DEFAULT_LIFETIME),
        refreshToken.isEmpty() ? null : refreshToken,
        seconds(body, "refresh_token_expires_in", null),
        scope.isEmpty() ? List.of() : List.of(scope.split(" +")));
  }

  private static Duration seconds(JsonNode body, String field, Duration otherwise) {
    long seconds = body.path(field).asLong(0);
    return seconds > 0 ? Duration.ofSeconds(seconds) : otherwise;
  }

  private JsonNode body(ClientHttpResponse response) throws IOException {
    try {
      JsonNode body = json.readTree(response.getBody());
      return body == null ? json.nullNode() : body;
    } catch (JacksonException e) {
      // a proxy's page; the status alone decides
      return json.nullNode();
    }
  }

  private void count(String code) {
    meters.counter("external.calls", "service", "google_oauth", "code", code).increment();
  }
}
