package dev.millrace.contacts;

import dev.millrace.account.GoogleConnection;
import dev.millrace.account.GoogleRefusal;
import dev.millrace.account.GoogleUnavailableException;
import dev.millrace.account.Integration;
import dev.millrace.account.Lease;
import dev.millrace.account.SyncRuns;
import dev.millrace.contacts.ContactsSyncTokens.Remembered;
import dev.millrace.job.PermanentException;
import java.util.UUID;
import org.springframework.stereotype.Component;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Reads Google's pages into the database. Each page is a transaction; the sync token is part of the
 * last one, so whatever happens before that the next run reads the same span again, which changes
 * nothing twice.
 */
@Component
class ContactsReader {

  /** 200,000 people: no end in sight is an error at Google, not an address book. */
  static final int MOST_PAGES = 200;

  private final PeopleApi people;
  private final ContactPages contacts;
  private final ContactsSyncTokens tokens;
  private final SyncRuns runs;
  private final TransactionTemplate transaction;

  ContactsReader(
      PeopleApi people,
      ContactPages contacts,
      ContactsSyncTokens tokens,
      SyncRuns runs,
      PlatformTransactionManager transactions) {
    this.people = people;
    this.contacts = contacts;
    this.tokens = tokens;
    this.runs = runs;
    this.transaction = new TransactionTemplate(transactions);
  }

  record Read(boolean full, int pages, ContactChanges changes) {}

  /** Reads what changed, or everything where {@code full} is asked for or nothing else is safe. */
  Read read(GoogleConnection connection, Lease lease, boolean full) {
    UUID id = connection.id();
    Remembered remembered = tokens.load(id);
    if (full || !tokens.usable(remembered)) {
      return readFull(connection, lease);
    }
    try {
      return pages(connection, lease, remembered.token(), remembered.generation());
    } catch (GoogleRefusal refused) {
      if (!tokenExpired(refused)) {
        throw refused;
      }
      runs.fullResync(Integration.GOOGLE_CONTACTS, "expired_token");
      tokens.forget(id);
      return readFull(connection, lease);
    }
  }

  private Read readFull(GoogleConnection connection, Lease lease) {
    try {
      return pages(connection, lease, null, tokens.nextGeneration(connection.id()));
    } catch (GoogleRefusal refused) {
      if (tokenExpired(refused)) {
        // we sent no token; Google is confused for now
        throw new GoogleUnavailableException(
            "people.connections.list", "expired_without_token", refused);
      }
      throw refused;
    }
  }

  private Read pages(GoogleConnection connection, Lease lease, String syncToken, long generation) {
    boolean full = syncToken == null;
    ContactChanges changes = ContactChanges.NONE;
    String pageToken = null;
    for (int page = 1; page <= MOST_PAGES; page++) {
      PeopleApi.Page read = people.connections(connection.id(), syncToken, pageToken);
      boolean last = read.nextPageToken() == null;
      changes =
          changes.plus(
              transaction.execute(
                  status -> {
                    lease.renew();
                    if (last) {
                      tokens.store(connection.id(), read.nextSyncToken(), full);
                    }
                    return contacts.write(connection.userId(), read.people(), generation);
                  }));
      if (last) {
        return new Read(full, page, changes);
      }
      pageToken = read.nextPageToken();
    }
    throw new PermanentException(
        "Google lists more than %d pages of contacts".formatted(MOST_PAGES));
  }

  /** Google says so in two ways; the client has sorted out a third. */
  private static boolean tokenExpired(GoogleRefusal refused) {
    return refused.status() == 410 || "EXPIRED_SYNC_TOKEN".equals(refused.reason());
  }
}
