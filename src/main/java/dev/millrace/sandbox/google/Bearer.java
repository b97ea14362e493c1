package dev.millrace.sandbox.google;

import dev.millrace.sandbox.http.Refusal;
import dev.millrace.sandbox.http.Request;
import dev.millrace.sandbox.http.Response;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/** Checks the bearer token of a request to one of the APIs. */
public final class Bearer {

  private static final String SCHEME = "Bearer ";

  private final Grants grants;
  private final Supplier<Response> missing;
  private final Supplier<Response> invalid;
  private final Supplier<Response> insufficient;

  /** The three answers are the API's own words for no token, a bad one, and missing scopes. */
  public Bearer(
      Grants grants,
      Supplier<Response> missing,
      Supplier<Response> invalid,
      Supplier<Response> insufficient) {
    this.grants = grants;
    this.missing = missing;
    this.invalid = invalid;
    this.insufficient = insufficient;
  }

  /**
   * The account the request may act for.
   *
   * @throws Refusal 401 without a live token, 403 if it has none of the scopes
   */
  public String account(Request request, Set<String> oneOf) {
    if (request.header("Authorization") == null) {
      throw new Refusal(missing.get());
    }
    AccessToken token = token(request).orElseThrow(() -> new Refusal(invalid.get()));
    if (token.scopes().stream().noneMatch(oneOf::contains)) {
      throw new Refusal(insufficient.get());
    }
    return token.account();
  }

  /** The token's account; null if there is none. Never refuses. */
  public String accountOrNull(Request request) {
    return token(request).map(AccessToken::account).orElse(null);
  }

  private Optional<AccessToken> token(Request request) {
    String header = request.header("Authorization");
    if (header == null || !header.regionMatches(true, 0, SCHEME, 0, SCHEME.length())) {
      return Optional.empty();
    }
    return grants.check(header.substring(SCHEME.length()).trim());
  }
}
