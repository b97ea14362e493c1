package dev.millrace.connect;

import dev.millrace.account.ConfigurationException;
import dev.millrace.account.GoogleConnection;
import dev.millrace.account.GoogleConnections;
import dev.millrace.account.GoogleUnavailableException;
import dev.millrace.account.GrantStatus;
import dev.millrace.account.Integration;
import dev.millrace.account.OAuthClient;
import dev.millrace.account.TokenCipher;
import dev.millrace.calendar.ChannelStop;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/**
 * Ends a connection here, whatever Google says, and at Google if nothing else needs the account.
 * Counts in {@code millrace.disconnects} by integration and revocation.
 */
@Component
public class Disconnection {

  private static final Logger LOG = LoggerFactory.getLogger(Disconnection.class);

  private final GoogleConnections connections;
  private final Accounts accounts;
  private final ChannelStop channels;
  private final TokenCipher cipher;
  private final OAuthClient google;
  private final MeterRegistry meters;

  Disconnection(
      GoogleConnections connections,
      Accounts accounts,
      ChannelStop channels,
      TokenCipher cipher,
      OAuthClient google,
      MeterRegistry meters) {
    this.connections = connections;
    this.accounts = accounts;
    this.channels = channels;
    this.cipher = cipher;
    this.google = google;
    this.meters = meters;
  }

  /** What became of the grant at Google. */
  public enum Revocation {
    /** Google has ended it. */
    REVOKED,
    /** The other integration needs it: Google would end both. */
    KEPT,
    /** Google did not answer; the user can end it in the settings of the Google account. */
    FAILED,
    /** There was none, or it had ended before. */
    NONE;

    public String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /**
   * What was done, and the jobs that follow.
   *
   * @param calendars the user whose free times changed: one or none
   * @param contacts the user whose contacts are not Google's any more: one or none
   * @param reminders jobs that close the notices of a dead grant: one or none
   */
  public record Ended(
      Integration integration,
      Revocation revocation,
      List<Map<String, Object>> calendars,
      List<Map<String, Object>> contacts,
      List<Map<String, Object>> reminders) {}

  /**
   * Ends it; done twice, it is the same. What follows is named again then: whoever asks twice may
   * have been told that the jobs of the first time could not be added.
   */
  public Ended end(UUID user, Integration integration) {
    Optional<GoogleConnection> found = connections.find(user, integration);
    if (found.isEmpty()) {
      return new Ended(integration, Revocation.NONE, List.of(), List.of(), List.of());
    }
    GoogleConnection connection = found.get();
    if (connection.status() == GrantStatus.DISCONNECTED) {
      return ended(connection, Revocation.NONE);
    }
    if (integration == Integration.GOOGLE_CALENDAR) {
      channels.stopAll(connection.id());
    }
    accounts.disconnect(user, integration, connection.id());
    Revocation revocation = revoke(connection);
    meters
        .counter(
            "millrace.disconnects",
            "integration",
            integration.sql(),
            "revocation",
            revocation.word())
        .increment();
    return ended(connection, revocation);
  }

  private static Ended ended(GoogleConnection connection, Revocation revocation) {
    boolean calendar = connection.integration() == Integration.GOOGLE_CALENDAR;
    String user = connection.userId().toString();
    return new Ended(
        connection.integration(),
        revocation,
        calendar ? List.of(Map.of("userId", user, "reason", "calendar_sync")) : List.of(),
        calendar ? List.of() : List.of(Map.of("userId", user)),
        List.of(Map.of("connectionId", connection.id().toString())));
  }

  /** Last, because a grant that ended before would look to every job like one that died. */
  private Revocation revoke(GoogleConnection connection) {
    if (connection.refreshToken() == null) {
      return Revocation.NONE;
    }
    if (connections.sharesAccount(connection.id())) {
      return Revocation.KEPT;
    }
    try {
      google.revoke(cipher.decrypt(connection.id(), connection.refreshToken(), connection.keyId()));
      return Revocation.REVOKED;
    } catch (GoogleUnavailableException | ConfigurationException e) {
      LOG.warn("A grant is not revoked at Google: {}", e.getMessage());
      return Revocation.FAILED;
    }
  }
}
