package dev.millrace.connect;

import dev.millrace.account.GoogleProperties;
import dev.millrace.account.Integration;
import dev.millrace.setting.PublicBaseUrl;
import dev.millrace.setting.RefusedSetting;
import java.net.URI;
import java.util.LinkedHashMap;
import java.util.Map;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.stereotype.Component;
import org.springframework.web.util.UriComponentsBuilder;

/** Where browsers are sent. All of it comes from settings, nothing from a request. */
@Component
public class ConnectAddresses {

  private static final String PAGE = "/api/oauth/connected";

  private final GoogleProperties google;
  private final PublicBaseUrl base;
  private final URI page;

  /**
   * @param publicBaseUrl where browsers reach us
   * @param connectedUrl {@code app.connected-url}: where users end who came back from Google; empty
   *     = our own page
   * @throws RefusedSetting if the second is no address of a page
   */
  public ConnectAddresses(
      GoogleProperties google,
      @Value("${app.public-base-url}") PublicBaseUrl publicBaseUrl,
      @Value("${app.connected-url:}") String connectedUrl) {
    this.google = google;
    this.base = publicBaseUrl;
    this.page =
        connectedUrl.isBlank()
            ? URI.create(base + PAGE)
            : address("app.connected-url", connectedUrl.strip());
  }

  /** Whether browsers reach us by https, so that cookies may insist on it. */
  boolean secure() {
    return base.secure();
  }

  /** Where Google sends the browser back to; Google's console has to have exactly this text. */
  String callback(Integration integration) {
    return base + "/api/" + integration.word() + "/oauth/callback";
  }

  /** Its path as browsers see it, in front of every proxy. */
  String callbackPath(Integration integration) {
    return URI.create(callback(integration)).getRawPath();
  }

  /** Where a signed-in user begins; the answer needs the user's token. */
  public String authorize(Integration integration) {
    return base + "/api/" + integration.word() + "/oauth/authorize";
  }

  /** The page on which the user ends. */
  public String end(Integration integration, ConnectOutcome outcome) {
    return UriComponentsBuilder.fromUri(page)
        .queryParam("integration", integration.word())
        .queryParam("outcome", outcome.word())
        .build()
        .toUriString();
  }

  /**
   * Google's page for consent.
   *
   * @param hint the account that is to be offered; null = any
   * @param choose whether the user is to choose among accounts
   */
  String consent(
      Integration integration, String state, String verifier, String hint, boolean choose) {
    Map<String, String> query = new LinkedHashMap<>();
    query.put("client_id", google.clientId());
    query.put("redirect_uri", callback(integration));
    query.put("response_type", "code");
    query.put("scope", "openid email " + integration.scope());
    query.put("state", state);
    query.put("code_challenge", Secrets.hash(verifier));
    query.put("code_challenge_method", "S256");
    // With both there is a refresh token even for who consented before.
    query.put("access_type", "offline");
    query.put("prompt", choose ? "consent select_account" : "consent");
    query.put("include_granted_scopes", "false");
    if (hint != null) {
      query.put("login_hint", hint);
    }
    UriComponentsBuilder uri = UriComponentsBuilder.fromUri(google.authUri());
    query.keySet().forEach(name -> uri.queryParam(name, "{" + name + "}"));
    return uri.encode().buildAndExpand(query).toUriString();
  }

  private static boolean isPage(URI uri) {
    return ("https".equals(uri.getScheme()) || "http".equals(uri.getScheme()))
        && uri.getHost() != null
        && uri.getRawUserInfo() == null
        && uri.getFragment() == null;
  }

  private static URI address(String setting, String value) {
    try {
      URI uri = URI.create(value);
      if (isPage(uri)) {
        return uri;
      }
    } catch (IllegalArgumentException e) {
      // Said below, as for any other text that is none.
    }
    throw new RefusedSetting(
        setting + " is " + value + ", which is not the address of a page.",
        "Set it to an address such as https://example.com/settings, or leave it empty.");
  }
}
