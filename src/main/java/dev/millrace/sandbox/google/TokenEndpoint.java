package dev.millrace.sandbox.google;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.sandbox.http.Json;
import dev.millrace.sandbox.http.Query;
import dev.millrace.sandbox.http.Request;
import dev.millrace.sandbox.http.Response;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Set;
import java.util.TreeSet;

/** {@code POST /token}: refresh tokens and authorization codes for access tokens. */
final class TokenEndpoint {

  private final OAuthClient client;
  private final Grants grants;
  private final AuthorizationCodes codes;
  private final IdTokens idTokens;

  TokenEndpoint(OAuthClient client, Grants grants, AuthorizationCodes codes, IdTokens idTokens) {
    this.client = client;
    this.grants = grants;
    this.codes = codes;
    this.idTokens = idTokens;
  }

  Response answer(Request request) {
    if (!request.method().equals("POST")) {
      return OAuthError.response(405, "invalid_request", "Only POST is allowed")
          .with("Allow", "POST");
    }
    if (!request.isForm()) {
      throw OAuthError.refuse(
          400, "invalid_request", "Content-Type must be application/x-www-form-urlencoded.");
    }
    Query form = request.form();
    for (String name : form.names()) {
      if (form.all(name).size() > 1) {
        throw OAuthError.refuse(
            400, "invalid_request", "OAuth 2 parameters can only have a single value: " + name);
      }
    }
    checkClient(request, form);
    String grantType = form.get("grant_type");
    if (grantType == null || grantType.isEmpty()) {
      throw OAuthError.refuse(400, "invalid_request", "Missing required parameter: grant_type");
    }
    return switch (grantType) {
      case "refresh_token" -> refresh(form);
      case "authorization_code" -> redeem(form);
      default ->
          throw OAuthError.refuse(
              400, "unsupported_grant_type", "Invalid grant_type: " + grantType);
    };
  }

  private void checkClient(Request request, Query form) {
    String id = form.get("client_id");
    String secret = form.get("client_secret");
    String authorization = request.header("Authorization");
    if (id == null && authorization != null && authorization.startsWith("Basic ")) {
      String[] pair = basic(authorization.substring(6)).split(":", 2);
      id = pair[0];
      secret = pair.length == 2 ? pair[1] : null;
    }
    if (id == null || id.isEmpty()) {
      throw OAuthError.refuse(
          400, "invalid_request", "Could not determine client ID from request.");
    }
    if (!id.equals(client.id())) {
      throw OAuthError.refuse(401, "invalid_client", "The OAuth client was not found.");
    }
    if (secret == null || secret.isEmpty()) {
      throw OAuthError.refuse(400, "invalid_request", "client_secret is missing.");
    }
    if (!secret.equals(client.secret())) {
      throw OAuthError.refuse(401, "invalid_client", "The provided client secret is invalid.");
    }
  }

  private static String basic(String encoded) {
    try {
      return new String(Base64.getDecoder().decode(encoded), StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      throw OAuthError.refuse(
          400, "invalid_request", "Could not determine client ID from request.");
    }
  }

  private Response refresh(Query form) {
    String refreshToken = required(form, "refresh_token");
    Grant found =
        grants
            .live(refreshToken)
            .orElseThrow(() -> OAuthError.refuse(400, "invalid_grant", OAuthError.DEAD_GRANT));
    Set<String> scopes = found.scopes();
    if (form.has("scope")) {
      scopes = Scopes.parse(form.get("scope"));
      if (!found.scopes().containsAll(scopes)) {
        throw OAuthError.refuse(
            400, "invalid_scope", "Some requested scopes were not granted by the user.");
      }
    }
    Grant used = grants.use(found);
    return tokens(used, scopes, found.rotates());
  }

  private Response redeem(Query form) {
    String code = required(form, "code");
    String redirectUri = required(form, "redirect_uri");
    AuthorizationCodes.Consent consent =
        codes
            .redeem(code)
            .orElseThrow(() -> OAuthError.refuse(400, "invalid_grant", "Malformed auth code."));
    if (!consent.redirectUri().equals(redirectUri)) {
      throw OAuthError.refuse(400, "redirect_uri_mismatch", "Bad Request");
    }
    checkVerifier(consent, form.get("code_verifier"));
    // Google hands out a refresh token at the first consent and when the page was forced.
    Grant known =
        grants.of(consent.account()).stream()
            .filter(grant -> grant.scopes().containsAll(consent.scopes()))
            .reduce((older, newer) -> newer)
            .orElse(null);
    boolean withRefreshToken = consent.offline() && (consent.freshConsent() || known == null);
    Grant grant =
        withRefreshToken || known == null
            ? grants.issue(consent.account(), consent.scopes())
            : known;
    return tokens(grant, consent.scopes(), withRefreshToken);
  }

  private static void checkVerifier(AuthorizationCodes.Consent consent, String verifier) {
    if (consent.challenge() == null) {
      return;
    }
    if (verifier == null || verifier.isEmpty()) {
      throw OAuthError.refuse(400, "invalid_grant", "Missing code verifier.");
    }
    String challenge = consent.method().equals("S256") ? Opaque.challenge(verifier) : verifier;
    if (!challenge.equals(consent.challenge())) {
      throw OAuthError.refuse(400, "invalid_grant", "Invalid code verifier.");
    }
  }

  private Response tokens(Grant grant, Set<String> scopes, boolean withRefreshToken) {
    ObjectNode body = Json.object();
    body.put("access_token", grants.mint(grant, scopes).value());
    body.put("expires_in", Grants.ACCESS_TOKEN_LIFE.toSeconds());
    if (withRefreshToken) {
      body.put("refresh_token", grant.refreshToken());
    }
    body.put("scope", Scopes.join(new TreeSet<>(scopes)));
    body.put("token_type", "Bearer");
    if (scopes.contains(Scopes.OPENID)) {
      body.put("id_token", idTokens.of(grant.account(), scopes.contains(Scopes.EMAIL)));
    }
    return Response.json(200, body)
        .with("Cache-Control", "no-cache, no-store, max-age=0, must-revalidate")
        .with("Pragma", "no-cache");
  }

  private static String required(Query form, String name) {
    String value = form.get(name);
    if (value == null || value.isEmpty()) {
      throw OAuthError.refuse(400, "invalid_request", "Missing required parameter: " + name);
    }
    return value;
  }
}
