package dev.millrace.contacts;

import dev.millrace.account.GoogleConnection;
import dev.millrace.account.GoogleRefusal;
import dev.millrace.account.GoogleUnavailableException;
import dev.millrace.account.Integration;
import dev.millrace.account.Lease;
import dev.millrace.account.SyncRuns;
import dev.millrace.contacts.ContactsSyncTokens.Remembered;
import dev.millrace.job.PermanentException;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.springframework.stereotype.Component;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Reads Google's pages into the database. Each page is a transaction; the sync token is part of the
 * last one, so whatever happens before that the next run reads the same span again, which changes
 * nothing twice. Nothing but counts is kept from one page to the next.
 */
@Component
class ContactsReader {

  private final PeopleApi people;
  private final ContactPages contacts;
  private final ContactArchive archive;
  private final ContactsSyncTokens tokens;
  private final FullReadPlaces places;
  private final SyncRuns runs;
  private final ContactsSyncProperties settings;
  private final TransactionTemplate transaction;

  ContactsReader(
      PeopleApi people,
      ContactPages contacts,
      ContactArchive archive,
      ContactsSyncTokens tokens,
      FullReadPlaces places,
      SyncRuns runs,
      ContactsSyncProperties settings,
      PlatformTransactionManager transactions) {
    this.people = people;
    this.contacts = contacts;
    this.archive = archive;
    this.tokens = tokens;
    this.places = places;
    this.runs = runs;
    this.settings = settings;
    this.transaction = new TransactionTemplate(transactions);
  }

  /** Reads what changed, or everything where that is asked for or nothing else is safe. */
  void read(
      GoogleConnection connection,
      ContactsSyncRequest request,
      Lease lease,
      ContactsProgress progress) {
    Remembered remembered = tokens.load(connection.id());
    Optional<String> reason =
        request.full() ? Optional.of("requested") : tokens.fullReason(remembered);
    if (reason.isEmpty()) {
      try {
        pages(new Changes(connection, remembered), lease, progress);
        return;
      } catch (GoogleRefusal refused) {
        if (!tokenExpired(refused)) {
          throw refused;
        }
        tokens.forget(connection.id());
        reason = Optional.of("expired_token");
      }
    }
    readFull(connection, request, reason.get(), remembered, lease, progress);
  }

  private void readFull(
      GoogleConnection connection,
      ContactsSyncRequest request,
      String reason,
      Remembered remembered,
      Lease lease,
      ContactsProgress progress) {
    boolean urgent = request.trigger().bypassesBreaker();
    try (FullReadPlaces.Place place = places.take(connection.id(), urgent)) {
      runs.fullResync(Integration.GOOGLE_CONTACTS, reason);
      progress.readsFully();
      long generation = tokens.nextGeneration(connection.id());
      Everything all =
          new Everything(connection, remembered, generation, request.allowMassArchive(), place);
      try {
        pages(all, lease, progress);
      } catch (MassArchiveException stopped) {
        progress.tookBack(takeBack(all, lease));
        throw stopped;
      }
    } catch (GoogleRefusal refused) {
      if (tokenExpired(refused)) {
        // we sent no token; Google is confused for now
        throw new GoogleUnavailableException(
            "people.connections.list", "expired_without_token", refused);
      }
      throw refused;
    }
  }

  /** Whom the pages before the last one brought; the last one was not stored. */
  private int takeBack(Everything all, Lease lease) {
    return transaction.execute(
        status -> {
          lease.renew();
          return archive.strangers(
              all.connection().userId(), all.generation(), all.remembered.lastReadAt());
        });
  }

  private void pages(Span span, Lease lease, ContactsProgress progress) {
    GoogleConnection connection = span.connection();
    String pageToken = null;
    for (int number = 1; number <= settings.maxPages(); number++) {
      progress.called();
      PeopleApi.Page page = people.connections(connection.id(), span.syncToken(), pageToken);
      progress.wrote(
          transaction.execute(
              status -> {
                lease.renew();
                return write(span, page);
              }));
      if (page.nextPageToken() == null) {
        return;
      }
      pageToken = page.nextPageToken();
    }
    throw new PermanentException(
        "Google lists more than %d pages of contacts".formatted(settings.maxPages()));
  }

  private ContactChanges write(Span span, PeopleApi.Page page) {
    ContactChanges changes =
        contacts.write(span.connection().userId(), page.people(), span.generation());
    span.afterPage(page);
    return page.nextPageToken() == null
        ? changes.plus(new ContactChanges(0, 0, span.end(page.nextSyncToken()), 0, 0))
        : changes;
  }

  /** Google says so in two ways; the client has sorted out a third. */
  private static boolean tokenExpired(GoogleRefusal refused) {
    return refused.status() == 410 || "EXPIRED_SYNC_TOKEN".equals(refused.reason());
  }

  /** What is read from the first page to the last. */
  private interface Span {

    GoogleConnection connection();

    /** Null to read everything. */
    String syncToken();

    long generation();

    void afterPage(PeopleApi.Page page);

    /** Belongs into the transaction of the last page; says how many contacts it archived. */
    int end(String nextSyncToken);
  }

  private final class Changes implements Span {

    private final GoogleConnection connection;
    private final Remembered remembered;

    Changes(GoogleConnection connection, Remembered remembered) {
      this.connection = connection;
      this.remembered = remembered;
    }

    @Override
    public GoogleConnection connection() {
      return connection;
    }

    @Override
    public String syncToken() {
      return remembered.token();
    }

    @Override
    public long generation() {
      return remembered.generation();
    }

    @Override
    public void afterPage(PeopleApi.Page page) {
      Set<String> groups =
          page.people().stream()
              .flatMap(person -> person.groups().stream())
              .collect(Collectors.toSet());
      if (!groups.isEmpty()) {
        tokens.wantGroupsIfUnknown(connection.id(), groups);
      }
    }

    @Override
    public int end(String nextSyncToken) {
      tokens.storeChanges(connection.id(), nextSyncToken);
      return 0;
    }
  }

  private final class Everything implements Span {

    private final GoogleConnection connection;
    private final Remembered remembered;
    private final long generation;
    private final boolean anyNumber;
    private final FullReadPlaces.Place place;

    Everything(
        GoogleConnection connection,
        Remembered remembered,
        long generation,
        boolean anyNumber,
        FullReadPlaces.Place place) {
      this.connection = connection;
      this.remembered = remembered;
      this.generation = generation;
      this.anyNumber = anyNumber;
      this.place = place;
    }

    @Override
    public GoogleConnection connection() {
      return connection;
    }

    @Override
    public String syncToken() {
      return null;
    }

    @Override
    public long generation() {
      return generation;
    }

    @Override
    public void afterPage(PeopleApi.Page page) {
      place.renew();
    }

    @Override
    public int end(String nextSyncToken) {
      UUID user = connection.userId();
      int archived = archive.unseen(user, generation, remembered.lastReadAt(), anyNumber);
      tokens.storeFull(connection.id(), nextSyncToken, remembered.fullWantedAt());
      return archived;
    }
  }
}
