package dev.millrace.sandbox.google;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.Period;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;

/** All grants and access tokens of the one OAuth client the sandbox knows. */
public final class Grants {

  /** What Google answers as {@code expires_in}. */
  public static final Duration ACCESS_TOKEN_LIFE = Duration.ofSeconds(3599);

  static final int MOST_PER_ACCOUNT = 100;
  private static final Period DISUSE = Period.ofMonths(6);
  private static final int MOST_ACCESS_TOKENS = 20_000;

  private final Clock clock;
  private final Map<String, Grant> byRefreshToken = new LinkedHashMap<>();
  private final Map<String, AccessToken> accessTokens =
      new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, AccessToken> eldest) {
          return size() > MOST_ACCESS_TOKENS;
        }
      };

  public Grants(Clock clock) {
    this.clock = clock;
  }

  /** The account consents; the answer holds a refresh token nobody else has. */
  public Grant issue(String account, Set<String> scopes) {
    return issue(account, scopes, "1//0" + Opaque.random(48));
  }

  /**
   * The account consents, with a refresh token of the caller's choice. The 101st grant of an
   * account silently ends its oldest.
   */
  public synchronized Grant issue(String account, Set<String> scopes, String refreshToken) {
    Instant now = clock.instant();
    Grant grant = new Grant(account, scopes, refreshToken, now, now, null, false);
    byRefreshToken.put(refreshToken, grant);
    List<Grant> all = of(account);
    if (all.size() > MOST_PER_ACCOUNT) {
      byRefreshToken.remove(all.get(0).refreshToken());
    }
    return grant;
  }

  /** An account's grants that are not revoked, oldest first. */
  public synchronized List<Grant> of(String account) {
    return byRefreshToken.values().stream()
        .filter(grant -> grant.account().equals(account))
        .sorted(Comparator.comparing(Grant::grantedAt))
        .toList();
  }

  /** The account removes the app: all its grants and access tokens die together. */
  public synchronized void revoke(String account) {
    byRefreshToken.values().removeIf(grant -> grant.account().equals(account));
  }

  /** One grant ends, the account's others live on. */
  public synchronized void revokeGrant(String refreshToken) {
    byRefreshToken.remove(refreshToken);
  }

  /** From now on the grant has these scopes; access tokens in use lose what is gone. */
  public void setScopes(String refreshToken, Set<String> scopes) {
    change(refreshToken, grant -> grant.scoped(scopes));
  }

  /** The grant ends at that time, as with a consent screen in testing. */
  public void endAt(String refreshToken, Instant end) {
    change(refreshToken, grant -> grant.dyingAt(end));
  }

  /** The next refresh answers with a new refresh token; the old one is dead from then on. */
  public void rotateAtNextRefresh(String refreshToken) {
    change(refreshToken, grant -> grant.rotating(true));
  }

  /** Every access token of the account is refused from now on; its grants live on. */
  public synchronized void expireAccessTokens(String account) {
    accessTokens.values().removeIf(token -> token.account().equals(account));
  }

  /** A live access token, for tests that call the stand-ins without the token endpoint. */
  public synchronized String accessToken(String refreshToken) {
    Grant grant = live(refreshToken).orElseThrow(() -> unknown());
    return mint(grant, grant.scopes()).value();
  }

  synchronized Optional<Grant> live(String refreshToken) {
    Instant now = clock.instant();
    return Optional.ofNullable(byRefreshToken.get(refreshToken))
        .filter(grant -> grant.diesAt() == null || now.isBefore(grant.diesAt()))
        .filter(grant -> now.isBefore(unusedUntil(grant)));
  }

  private static Instant unusedUntil(Grant grant) {
    return grant.usedAt().atOffset(ZoneOffset.UTC).plus(DISUSE).toInstant();
  }

  /** Marks the grant used and gives it back, under its new refresh token if it rotates. */
  synchronized Grant use(Grant grant) {
    Grant used = grant.used(clock.instant());
    if (grant.rotates()) {
      byRefreshToken.remove(grant.refreshToken());
      used = used.renamed("1//0" + Opaque.random(48));
      String renamed = used.refreshToken();
      // Access tokens handed out before the rotation stay good until they expire.
      accessTokens.replaceAll(
          (value, token) ->
              token.refreshToken().equals(grant.refreshToken()) ? token.under(renamed) : token);
    }
    byRefreshToken.put(used.refreshToken(), used);
    return used;
  }

  synchronized AccessToken mint(Grant grant, Set<String> scopes) {
    AccessToken token =
        new AccessToken(
            "ya29.a0" + Opaque.random(96),
            grant.account(),
            Set.copyOf(scopes),
            grant.refreshToken(),
            clock.instant().plus(ACCESS_TOKEN_LIFE));
    accessTokens.put(token.value(), token);
    return token;
  }

  /** The token with the scopes its grant still has; empty if it is unknown, expired or revoked. */
  public synchronized Optional<AccessToken> check(String value) {
    AccessToken token = accessTokens.get(value);
    if (token == null || !clock.instant().isBefore(token.expiresAt())) {
      return Optional.empty();
    }
    return live(token.refreshToken())
        .map(
            grant -> {
              List<String> left = new ArrayList<>(token.scopes());
              left.retainAll(grant.scopes());
              return new AccessToken(
                  value,
                  token.account(),
                  Set.copyOf(left),
                  token.refreshToken(),
                  token.expiresAt());
            });
  }

  private synchronized void change(String refreshToken, UnaryOperator<Grant> how) {
    if (byRefreshToken.computeIfPresent(refreshToken, (k, grant) -> how.apply(grant)) == null) {
      throw unknown();
    }
  }

  private static IllegalArgumentException unknown() {
    return new IllegalArgumentException(
        "No live grant has this refresh token; take one from Sandbox.users() or Grants.issue()");
  }

  /** How many live grants each account has. */
  public synchronized Map<String, Integer> counts() {
    Map<String, Integer> counts = new HashMap<>();
    byRefreshToken.values().forEach(grant -> counts.merge(grant.account(), 1, Integer::sum));
    return counts;
  }
}
