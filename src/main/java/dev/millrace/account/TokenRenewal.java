package dev.millrace.account;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.random.RandomGenerator;
import org.springframework.stereotype.Component;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Renews the token of one connection, for the sweep and for whoever needs a token now.
 *
 * <p>{@link RefreshTurns} keep two from asking Google for the same token. Reconnecting takes no
 * turn, so every write still compares the version of the token that it replaces.
 */
@Component
class TokenRenewal {

  /** A daily call proves that the grant is alive. */
  static final Duration REFRESH_EVERY = Duration.ofHours(24);

  private static final Duration FIRST_RETRY = Duration.ofMinutes(5);
  private static final Duration LONGEST_RETRY = Duration.ofHours(6);

  private final GoogleConnections connections;
  private final OAuthClient oauth;
  private final TokenCipher cipher;
  private final RefreshTurns turns;
  private final TransactionTemplate outsideOfTransactions;
  private final Clock clock;
  private final RandomGenerator random = RandomGenerator.getDefault();

  TokenRenewal(
      GoogleConnections connections,
      OAuthClient oauth,
      TokenCipher cipher,
      RefreshTurns turns,
      PlatformTransactionManager transactions,
      Clock clock) {
    this.connections = connections;
    this.oauth = oauth;
    this.cipher = cipher;
    this.turns = turns;
    this.outsideOfTransactions = new TransactionTemplate(transactions);
    // a caller that rolls back must not undo what Google already did
    this.outsideOfTransactions.setPropagationBehavior(
        TransactionDefinition.PROPAGATION_NOT_SUPPORTED);
    this.clock = clock;
  }

  /**
   * @param knownVersion of the token that is to be replaced; a newer one is returned as it is
   * @throws ConfigurationException if Google does not accept this application
   * @throws dev.millrace.job.WaitException if Google asks for a pause
   */
  Renewal renew(UUID connectionId, int knownVersion) {
    return outsideOfTransactions.execute(
        status ->
            turns
                .take(connectionId, () -> inTurn(connectionId, knownVersion))
                .orElseGet(Renewal::elsewhere));
  }

  private Renewal inTurn(UUID connectionId, int knownVersion) {
    Optional<GoogleConnection> found = connections.find(connectionId);
    if (found.isEmpty()) {
      return Renewal.dead("disconnected", false);
    }
    GoogleConnection connection = found.get();
    if (connection.status() != GrantStatus.ACTIVE) {
      return Renewal.dead(reasonOf(connection), false);
    }
    if (connection.tokenVersion() != knownVersion && connection.accessToken() != null) {
      return Renewal.skipped(open(connection));
    }
    String refreshToken =
        cipher.decrypt(connection.id(), connection.refreshToken(), connection.keyId());
    try {
      return keep(connection, oauth.refresh(refreshToken));
    } catch (DeadGrantException e) {
      return dead(connection, connection.tokenVersion(), e.reason());
    } catch (GoogleUnavailableException e) {
      connections.refreshFailed(connection, retryAt(connection.refreshFailures()));
      return Renewal.unavailable(e.reason());
    }
  }

  private Renewal keep(GoogleConnection connection, TokenGrant grant) {
    if (!connections.store(connection, grant, nextRefreshAt())) {
      return theirs(connection.id());
    }
    List<String> scopes = grant.scopes();
    if (!scopes.isEmpty() && !connection.integration().coveredBy(scopes)) {
      return dead(connection, connection.tokenVersion() + 1, "scope_missing");
    }
    return Renewal.refreshed(open(connections.find(connection.id()).orElseThrow()));
  }

  private Renewal dead(GoogleConnection connection, int version, String reason) {
    boolean discovered = connections.needsReauth(connection.id(), version, reason);
    // nothing changed: the user connected again while Google refused the old token
    return discovered ? Renewal.dead(reason, true) : theirs(connection.id());
  }

  /** What the winner of a race left behind. */
  private Renewal theirs(UUID connectionId) {
    GoogleConnection now = connections.find(connectionId).orElse(null);
    if (now == null) {
      return Renewal.dead("disconnected", false);
    }
    if (now.status() != GrantStatus.ACTIVE || now.accessToken() == null) {
      return Renewal.dead(reasonOf(now), false);
    }
    return Renewal.skipped(open(now));
  }

  AccessToken open(GoogleConnection connection) {
    return new AccessToken(
        cipher.decrypt(connection.id(), connection.accessToken(), connection.keyId()),
        connection.accessExpiresAt(),
        connection.tokenVersion());
  }

  static String reasonOf(GoogleConnection connection) {
    return connection.status() == GrantStatus.NEEDS_REAUTH
        ? "needs_reauth"
        : connection.status().sql();
  }

  private Instant nextRefreshAt() {
    double spread = 0.9 + 0.2 * random.nextDouble();
    return clock.instant().plusMillis((long) (REFRESH_EVERY.toMillis() * spread));
  }

  private Instant retryAt(int earlierFailures) {
    Duration wait = FIRST_RETRY.multipliedBy(1L << Math.min(earlierFailures, 10));
    return clock.instant().plus(wait.compareTo(LONGEST_RETRY) > 0 ? LONGEST_RETRY : wait);
  }
}
