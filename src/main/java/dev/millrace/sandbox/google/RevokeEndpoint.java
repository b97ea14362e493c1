package dev.millrace.sandbox.google;

import dev.millrace.sandbox.http.Json;
import dev.millrace.sandbox.http.Request;
import dev.millrace.sandbox.http.Response;
import java.util.Optional;

/**
 * {@code POST /revoke}: takes a refresh or an access token. Either ends <em>all</em> the account's
 * grants to the client, as at Google.
 */
final class RevokeEndpoint {

  private final Grants grants;

  RevokeEndpoint(Grants grants) {
    this.grants = grants;
  }

  Response answer(Request request) {
    if (!request.method().equals("POST")) {
      return OAuthError.response(405, "invalid_request", "Only POST is allowed")
          .with("Allow", "POST");
    }
    String token = request.query().get("token");
    if (token == null && request.isForm()) {
      token = request.form().get("token");
    }
    if (token == null || token.isEmpty()) {
      return OAuthError.response(400, "invalid_request", "Missing required parameter: token");
    }
    String found = token;
    Optional<String> account =
        grants
            .live(token)
            .map(Grant::account)
            .or(() -> grants.check(found).map(AccessToken::account));
    if (account.isEmpty()) {
      return OAuthError.response(400, "invalid_token", "Token expired or revoked");
    }
    grants.revoke(account.get());
    return Response.json(200, Json.object());
  }
}
