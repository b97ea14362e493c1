package dev.millrace.account;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.millrace.job.Quota;
import dev.millrace.job.WaitException;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.net.URI;
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
          "unsupported_grant_type",
          // also the answer to an empty secret
          "invalid_request");

  /** A Workspace administrator or the project's audience shut the user out. */
  private static final Set<String> SHUT_OUT = Set.of("admin_policy_enforced", "org_internal");

  private static final Duration DEFAULT_LIFETIME = Duration.ofHours(1);

  /** The alert of an exchange that Google refuses for our callback's sake. */
  public static final String REDIRECT_BROKEN = "oauth_redirect_broken";

  private static final String LIMIT = "google-token";
  private static final String REFRESH = "token refresh";
  private static final String EXCHANGE = "code exchange";

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
    MultiValueMap<String, String> form = clientForm();
    form.add("refresh_token", refreshToken);
    form.add("grant_type", "refresh_token");
    return grant(REFRESH, ask(REFRESH, form));
  }

  /**
   * Exchanges the code that a consent ended with.
   *
   * @param verifier PKCE's, whose hash was sent to the consent page
   * @param redirectUri where the code came to, exactly as the consent page was told
   * @throws DeadGrantException if the code is used up, too old or not for us; asking the user again
   *     helps
   * @throws ConfigurationException if Google does not accept this application
   * @throws WaitException on 429, and when our own limit is used up
   * @throws GoogleUnavailableException on 408, 5xx, an I/O error or an answer that says nothing
   */
  public Consent exchange(String code, String verifier, String redirectUri) {
    quota.take(LIMIT, "all");
    MultiValueMap<String, String> form = clientForm();
    form.add("code", code);
    form.add("code_verifier", verifier);
    form.add("redirect_uri", redirectUri);
    form.add("grant_type", "authorization_code");
    JsonNode body = ask(EXCHANGE, form);
    return new Consent(grant(EXCHANGE, body), body.path("id_token").asText(null));
  }

  /**
   * What a consent brought.
   *
   * @param idToken says who consented; null if Google did not say
   */
  public record Consent(TokenGrant grant, String idToken) {

    @Override
    public String toString() {
      return "Consent[" + grant + "]";
    }
  }

  /**
   * Ends everything that the token's account granted to this application. A token that Google does
   * not know is ended already.
   *
   * @throws GoogleUnavailableException if it is not certain that the grant ended
   */
  public void revoke(String token) {
    MultiValueMap<String, String> form = new LinkedMultiValueMap<>();
    form.add("token", token);
    try {
      int status =
          post(google.revokeUri(), form)
              .exchange((request, response) -> response.getStatusCode().value());
      count(String.valueOf(status));
      if (status != 200 && status != 400) {
        throw new GoogleUnavailableException("revocation", "http_" + status, null);
      }
    } catch (ResourceAccessException e) {
      count("io");
      throw new GoogleUnavailableException("revocation", "io", e);
    }
  }

  private MultiValueMap<String, String> clientForm() {
    MultiValueMap<String, String> form = new LinkedMultiValueMap<>();
    form.add("client_id", google.clientId());
    form.add("client_secret", google.clientSecret());
    return form;
  }

  private RestClient.RequestHeadersSpec<?> post(URI uri, MultiValueMap<String, String> form) {
    return http.post()
        .uri(uri)
        .contentType(MediaType.APPLICATION_FORM_URLENCODED)
        .accept(MediaType.APPLICATION_JSON)
        .body(form);
  }

  private JsonNode ask(String operation, MultiValueMap<String, String> form) {
    try {
      return post(google.tokenUri(), form)
          .exchange((request, response) -> answer(operation, response));
    } catch (ResourceAccessException e) {
      count("io");
      throw new GoogleUnavailableException(operation, "io", e);
    }
  }

  private JsonNode answer(String operation, ClientHttpResponse response) throws IOException {
    int status = response.getStatusCode().value();
    HttpHeaders headers = response.getHeaders();
    count(String.valueOf(status));
    JsonNode body = body(response);
    if (status == 200) {
      return body;
    }
    String error = body.path("error").asText("");
    if (status == 429) {
      throw new WaitException(RetryAfter.read(headers, clock), "rate_limited");
    }
    if (status == 400 && "redirect_uri_mismatch".equals(error)) {
      // of the exchange alone: refreshing goes on, and says nothing of it
      throw new ConfigurationException(
          REDIRECT_BROKEN,
          "the token endpoint answered 400 %s: register the callbacks below app.public-base-url in Google's console"
              .formatted(error));
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
    throw new GoogleUnavailableException(operation, "http_" + status, null);
  }

  private static TokenGrant grant(String operation, JsonNode body) {
    String accessToken = body.path("access_token").asText("");
    if (accessToken.isEmpty()) {
      throw new GoogleUnavailableException(operation, "unreadable_answer", null);
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
