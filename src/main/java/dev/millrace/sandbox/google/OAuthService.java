package dev.millrace.sandbox.google;

import dev.millrace.sandbox.http.Query;
import dev.millrace.sandbox.http.Request;
import dev.millrace.sandbox.http.Response;
import dev.millrace.sandbox.http.Service;
import dev.millrace.sandbox.http.StandIn;
import java.time.Clock;

/** Google's OAuth: {@code /token}, {@code /revoke} and the consent page. */
public final class OAuthService implements StandIn {

  private final Grants grants;
  private final TokenEndpoint token;
  private final RevokeEndpoint revoke;
  private final ConsentPage consent;

  public OAuthService(
      OAuthClient client, Grants grants, AuthorizationCodes codes, Accounts known, Clock clock) {
    this.grants = grants;
    this.token = new TokenEndpoint(client, grants, codes, new IdTokens(client, clock));
    this.revoke = new RevokeEndpoint(grants);
    this.consent = new ConsentPage(client, codes, known);
  }

  @Override
  public Service service() {
    return Service.OAUTH;
  }

  @Override
  public boolean serves(Request request) {
    return request.path().equals("/token")
        || request.path().equals("/revoke")
        || request.path().equals(ConsentPage.PATH);
  }

  @Override
  public Response answer(Request request) {
    return switch (request.path()) {
      case "/token" -> token.answer(request);
      case "/revoke" -> revoke.answer(request);
      default -> consent.answer(request);
    };
  }

  @Override
  public Response failure(int status, String reason) {
    return OAuthError.failure(status, reason);
  }

  @Override
  public String accountOf(Request request) {
    if (!request.isForm()) {
      return null;
    }
    Query form = request.form();
    String refreshToken = form.get(form.has("token") ? "token" : "refresh_token");
    return refreshToken == null ? null : grants.live(refreshToken).map(Grant::account).orElse(null);
  }
}
