package dev.millrace.account;

import dev.millrace.job.WaitException;
import java.time.Clock;
import java.time.Duration;
import java.util.UUID;
import org.springframework.stereotype.Component;

/** The one way to a bearer token for Google. */
@Component
public class TokenProvider {

  /** Long enough for any job that asks once and then reads page after page. */
  public static final Duration DEFAULT_VALIDITY = Duration.ofMinutes(5);

  /** Google mostly answers another process by then. */
  private static final Duration ELSEWHERE = Duration.ofSeconds(2);

  private final GoogleConnections connections;
  private final TokenRenewal renewal;
  private final Clock clock;

  public TokenProvider(GoogleConnections connections, TokenRenewal renewal, Clock clock) {
    this.connections = connections;
    this.renewal = renewal;
    this.clock = clock;
  }

  public AccessToken get(UUID connectionId) {
    return get(connectionId, DEFAULT_VALIDITY);
  }

  /**
   * The stored token if it lives long enough, else a new one.
   *
   * @param minValidity how long the token must still live
   * @throws DeadGrantException if only the user can heal the connection
   * @throws GoogleUnavailableException if Google gives no token now
   * @throws ConfigurationException if Google does not accept this application, or the key is wrong
   * @throws WaitException if Google asks for a pause, or another process asks it just now
   */
  public AccessToken get(UUID connectionId, Duration minValidity) {
    GoogleConnection connection =
        connections
            .find(connectionId)
            .orElseThrow(() -> new DeadGrantException("disconnected", false));
    if (connection.status() != GrantStatus.ACTIVE) {
      throw new DeadGrantException(TokenRenewal.reasonOf(connection), false);
    }
    if (connection.accessToken() != null
        && connection.accessExpiresAt() != null
        && connection.accessExpiresAt().isAfter(clock.instant().plus(minValidity))) {
      return renewal.open(connection);
    }
    return token(renewal.renew(connectionId, connection.tokenVersion()));
  }

  /** Another token than the one Google just refused with 401. */
  public AccessToken replace(UUID connectionId, AccessToken refused) {
    return token(renewal.renew(connectionId, refused.version()));
  }

  /** Notes that Google refuses the grant itself although its tokens are accepted. */
  public DeadGrantException dead(UUID connectionId, String reason) {
    boolean discovered =
        connections
            .find(connectionId)
            .map(c -> connections.needsReauth(c.id(), c.tokenVersion(), reason))
            .orElse(false);
    return new DeadGrantException(reason, discovered);
  }

  private AccessToken token(Renewal renewal) {
    return switch (renewal.outcome()) {
      case REFRESHED, SKIPPED -> renewal.token();
      case DEAD -> throw new DeadGrantException(renewal.reason(), renewal.discovered());
      case TRANSIENT ->
          throw new GoogleUnavailableException("token refresh", renewal.reason(), null);
      case ELSEWHERE -> throw new WaitException(clock.instant().plus(ELSEWHERE), renewal.reason());
    };
  }
}
