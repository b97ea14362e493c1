package dev.millrace.connect;

import dev.millrace.account.ConfigurationException;
import dev.millrace.account.GoogleConnection;
import dev.millrace.account.GoogleConnections;
import dev.millrace.account.GoogleUnavailableException;
import dev.millrace.account.OAuthClient;
import dev.millrace.account.TokenCipher;
import dev.millrace.account.TokenGrant;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Locale;
import java.util.UUID;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.stereotype.Component;

/**
 * Ends at Google what is held no more here, or never was. Nobody waits for it to succeed, so what
 * fails is told by {@code millrace.connect.revocations} (result: revoked, kept, failed).
 */
@Component
class DroppedGrants {

  private static final Logger LOG = LoggerFactory.getLogger(DroppedGrants.class);

  private enum Result {
    REVOKED,
    KEPT,
    FAILED
  }

  private final GoogleConnections connections;
  private final TokenCipher cipher;
  private final OAuthClient google;
  private final MeterRegistry meters;

  DroppedGrants(
      GoogleConnections connections, TokenCipher cipher, OAuthClient google, MeterRegistry meters) {
    this.connections = connections;
    this.cipher = cipher;
    this.google = google;
    this.meters = meters;
  }

  /**
   * Of an account that another has replaced.
   *
   * @param connection as it was before
   * @param email of its account
   */
  void replaced(GoogleConnection connection, String email) {
    if (connection.refreshToken() != null) {
      end(
          connection.userId(),
          email,
          () -> cipher.decrypt(connection.id(), connection.refreshToken(), connection.keyId()));
    }
  }

  /**
   * What was granted just now and is not taken.
   *
   * @param email of the account; null where Google did not say
   */
  void refused(UUID user, TokenGrant grant, String email) {
    end(
        user,
        email,
        () -> grant.refreshToken() == null ? grant.accessToken() : grant.refreshToken());
  }

  private void end(UUID user, String email, Supplier<String> token) {
    Result result;
    try {
      // Google would end every grant of the account, so it must be nobody's any more.
      if (email == null || connections.serves(user, email)) {
        result = Result.KEPT;
      } else {
        google.revoke(token.get());
        result = Result.REVOKED;
      }
    } catch (GoogleUnavailableException | ConfigurationException | DataAccessException e) {
      LOG.warn("A dropped grant is not revoked at Google: {}", e.getMessage());
      result = Result.FAILED;
    }
    meters
        .counter("millrace.connect.revocations", "result", result.name().toLowerCase(Locale.ROOT))
        .increment();
  }
}
