package dev.millrace.connect;

import dev.millrace.account.GoogleConnection;
import dev.millrace.account.GoogleConnections;
import dev.millrace.account.GrantOverview;
import dev.millrace.account.GrantOverview.Grant;
import dev.millrace.account.Integration;
import dev.millrace.account.SyncStates;
import dev.millrace.calendar.Calendars;
import dev.millrace.calendar.ChannelStop;
import dev.millrace.contacts.ContactLinks;
import dev.millrace.contacts.FullReads;
import java.util.Optional;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionOperations;

/** Writes down who is connected with which Google account, and what that does to the copies. */
@Component
class Accounts {

  private final GoogleConnections connections;
  private final GrantOverview grants;
  private final SyncStates states;
  private final ChannelStop channels;
  private final Calendars calendars;
  private final ContactLinks links;
  private final FullReads fullReads;
  private final DroppedGrants dropped;
  private final JdbcClient jdbc;
  private final TransactionOperations transaction;

  Accounts(
      GoogleConnections connections,
      GrantOverview grants,
      SyncStates states,
      ChannelStop channels,
      Calendars calendars,
      ContactLinks links,
      FullReads fullReads,
      DroppedGrants dropped,
      JdbcClient jdbc,
      TransactionOperations transaction) {
    this.connections = connections;
    this.grants = grants;
    this.states = states;
    this.channels = channels;
    this.calendars = calendars;
    this.links = links;
    this.fullReads = fullReads;
    this.dropped = dropped;
    this.jdbc = jdbc;
    this.transaction = transaction;
  }

  /**
   * @param again whether it was connected before and not disconnected since
   * @param replaced whether what came from another account is gone
   */
  record Connected(UUID connectionId, boolean again, boolean replaced) {}

  /** What is known of the account before, and what the new one means for it. */
  private record Before(Optional<Grant> grant, boolean other) {

    boolean live() {
      return grant.filter(Grant::live).isPresent();
    }

    boolean replaced() {
      return other && live();
    }
  }

  /** With the connection as it was before, where another account replaced it. */
  private record Stored(Connected connected, Optional<GoogleConnection> dropped, Before before) {}

  /**
   * Keeps what was granted. Another account than the present one replaces it with all that came
   * from it, if that was confirmed.
   *
   * @throws ConnectEndException if it was not, or the user is gone
   */
  Connected connect(PendingConnect pending, GoogleConsent.Granted granted) {
    Stored stored = stored(pending, granted);
    stored
        .dropped()
        .ifPresent(old -> dropped.replaced(old, stored.before().grant().get().googleEmail()));
    return stored.connected();
  }

  private Stored stored(PendingConnect pending, GoogleConsent.Granted granted) {
    try {
      Before before = before(pending, granted);
      if (before.replaced() && pending.integration() == Integration.GOOGLE_CALENDAR) {
        // Only the old tokens can do it, and they go below; and no lock waits for Google.
        channels.stopAll(before.grant().get().connectionId());
      }
      return transaction.execute(status -> store(pending, granted));
    } catch (ConnectEndException e) {
      if (e.outcome() == ConnectOutcome.OTHER_ACCOUNT) {
        dropped.refused(pending.user(), granted.grant(), granted.email());
      }
      throw e;
    }
  }

  private Stored store(PendingConnect pending, GoogleConsent.Granted granted) {
    UUID user = pending.user();
    Integration integration = pending.integration();
    lock(user);
    // Another window may have connected another account meanwhile.
    Before before = before(pending, granted);
    Optional<GoogleConnection> old =
        before.replaced() ? connections.find(user, integration) : Optional.empty();
    if (before.other()) {
      release(user, integration, before.grant().get().connectionId());
    }
    UUID id = connect(user, integration, granted);
    states.load(id, integration);
    states.reset(id);
    if (integration == Integration.GOOGLE_CONTACTS) {
      // A job for changes that waits must not stand for the full read.
      fullReads.want(user);
    }
    return new Stored(
        new Connected(id, before.live() && !before.other(), before.replaced()), old, before);
  }

  /**
   * @throws ConnectEndException if the new account must not stand for the present one
   */
  private Before before(PendingConnect pending, GoogleConsent.Granted granted) {
    Optional<Grant> known = grants.find(pending.user(), pending.integration());
    Before before =
        new Before(known, known.filter(grant -> isOther(grant, granted.email())).isPresent());
    if (before.replaced() && !pending.switchAccount()) {
      throw new ConnectEndException(ConnectOutcome.OTHER_ACCOUNT, "other_account");
    }
    if (before.live() && known.get().googleEmail() != null && granted.email() == null) {
      throw new ConnectEndException(ConnectOutcome.ACCOUNT_UNKNOWN, "account_unknown");
    }
    return before;
  }

  /** Forgets tokens, schedule and copies; contacts stay, as if the user had entered them. */
  void disconnect(UUID user, Integration integration, UUID connectionId) {
    transaction.executeWithoutResult(
        status -> {
          lock(user);
          states.forget(connectionId);
          if (integration == Integration.GOOGLE_CALENDAR) {
            calendars.empty(connectionId);
          } else {
            links.release(user);
          }
          connections.disconnect(connectionId);
        });
  }

  private UUID connect(UUID user, Integration integration, GoogleConsent.Granted granted) {
    try {
      return connections.connect(user, integration, granted.email(), granted.grant());
    } catch (IllegalArgumentException e) {
      throw new ConnectEndException(ConnectOutcome.FAILED, "no_refresh_token");
    }
  }

  /** What came from another account: its tokens must not stand in for missing new ones, either. */
  private void release(UUID user, Integration integration, UUID connectionId) {
    states.forget(connectionId);
    if (integration == Integration.GOOGLE_CALENDAR) {
      calendars.forget(connectionId);
    } else {
      links.release(user);
    }
    connections.disconnect(connectionId);
  }

  /** One at a time: two windows could come back at once. */
  private void lock(UUID user) {
    jdbc.sql("SELECT id FROM users WHERE id = :id AND deleted_at IS NULL FOR NO KEY UPDATE")
        .param("id", user)
        .query(UUID.class)
        .optional()
        .orElseThrow(() -> new ConnectEndException(ConnectOutcome.FAILED, "no_user"));
  }

  private static boolean isOther(Grant known, String email) {
    return known.googleEmail() != null
        && email != null
        && !known.googleEmail().equalsIgnoreCase(email);
  }
}
