package dev.millrace.calendar;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.account.GoogleApi;
import dev.millrace.account.GoogleConnection;
import dev.millrace.account.GoogleRefusal;
import dev.millrace.account.GoogleUnavailableException;
import dev.millrace.account.Integration;
import dev.millrace.account.Lease;
import dev.millrace.account.SyncRuns;
import dev.millrace.job.PermanentException;
import java.net.URI;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.function.Function;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionOperations;

/**
 * Brings the copy of one calendar up to date.
 *
 * <p>Each page is one transaction. The sync token is stored with the rows of the last page alone:
 * whoever dies before repeats the whole span, which upserts make harmless. A full read marks its
 * rows with a new generation and at its end deletes those of older ones, because Google does not
 * report everything that went away.
 */
@Component
class EventSync {

  private final GoogleApi google;
  private final EventQuery query;
  private final EventRows rows;
  private final Calendars calendars;
  private final SyncRuns runs;
  private final TransactionOperations transaction;
  private final CalendarSyncProperties settings;
  private final Clock clock;

  EventSync(
      GoogleApi google,
      EventQuery query,
      EventRows rows,
      Calendars calendars,
      SyncRuns runs,
      TransactionOperations transaction,
      CalendarSyncProperties settings,
      Clock clock) {
    this.google = google;
    this.query = query;
    this.rows = rows;
    this.calendars = calendars;
    this.runs = runs;
    this.transaction = transaction;
    this.settings = settings;
    this.clock = clock;
  }

  void sync(GoogleConnection connection, Calendar calendar, Lease lease, SyncProgress progress) {
    String fullReason = fullReason(calendar);
    if (fullReason == null) {
      try {
        incremental(connection, calendar, lease, progress);
        progress.readIncrementally(calendar.id());
        return;
      } catch (GoogleRefusal.Gone e) {
        fullReason = "gone";
      } catch (GoogleRefusal e) {
        if (e.status() != 400) {
          throw e;
        }
        // a garbled token; were the question wrong, the full read would be refused as well
        fullReason = "token_refused";
      }
      calendars.forgetToken(calendar.id());
    }
    runs.fullResync(Integration.GOOGLE_CALENDAR, fullReason);
    try {
      full(connection, calendar, lease, progress);
    } catch (GoogleRefusal.Gone e) {
      // a full read uses no token; that it is refused as stale must be Google's own trouble
      throw new GoogleUnavailableException("events.list", "gone_again", e);
    }
    progress.readFully(calendar.id());
  }

  /** Why the calendar must be read from the start; null if its token will do. */
  private String fullReason(Calendar calendar) {
    Instant now = clock.instant();
    if (calendar.fullSyncedAt() == null || calendar.window() == null) {
      return "initial";
    }
    if (calendar.syncToken() == null) {
      return "no_token";
    }
    if (!query.fingerprint().equals(calendar.fingerprint())) {
      return "query_changed";
    }
    // unchanged events beyond the window's end never come by token
    if (calendar.window().end().isBefore(now.plus(settings.needed()))) {
      return "window";
    }
    return calendar.fullSyncedAt().plus(settings.fullEvery()).isAfter(now) ? null : "age";
  }

  private void incremental(
      GoogleConnection connection, Calendar calendar, Lease lease, SyncProgress progress) {
    Reading reading =
        new Reading(
            calendar,
            calendar.generation(),
            calendar.window(),
            page -> query.incremental(calendar.googleId(), calendar.syncToken(), page));
    readPages(
        connection,
        reading,
        lease,
        progress,
        syncToken -> {
          calendars.read(calendar, syncToken);
          return RowChanges.NONE;
        });
  }

  private void full(
      GoogleConnection connection, Calendar calendar, Lease lease, SyncProgress progress) {
    // Google ignores fractions
    Instant now = clock.instant().truncatedTo(ChronoUnit.SECONDS);
    Window window = new Window(now.minus(settings.past()), now.plus(settings.ahead()));
    long generation = calendars.nextGeneration(calendar.id());
    Reading reading =
        new Reading(
            calendar, generation, window, page -> query.full(calendar.googleId(), window, page));
    readPages(
        connection,
        reading,
        lease,
        progress,
        syncToken -> {
          RowChanges leftovers = rows.sweep(calendar, generation, window.start());
          calendars.fullyRead(calendar, syncToken, query.fingerprint(), window);
          return leftovers;
        });
  }

  /**
   * @param atEnd what belongs into the transaction of the last page; takes the new sync token
   */
  private void readPages(
      GoogleConnection connection,
      Reading reading,
      Lease lease,
      SyncProgress progress,
      Function<String, RowChanges> atEnd) {
    String pageToken = "";
    for (int number = 1; number <= settings.maxPages(); number++) {
      EventPage page = new EventPage(reading.calendar(), reading.window());
      JsonNode about =
          google.page(
              connection.id(), "events.list", reading.uri().apply(pageToken), "items", page::add);
      progress.called();
      pageToken = about.path("nextPageToken").asText("");
      boolean last = pageToken.isEmpty();
      String syncToken = about.path("nextSyncToken").asText("");
      if (last && syncToken.isEmpty()) {
        throw new GoogleUnavailableException("events.list", "no_sync_token", null);
      }
      progress.wrote(
          transaction.execute(
              status -> {
                lease.renew();
                RowChanges written = page.write(rows, reading.generation());
                return last ? written.and(atEnd.apply(syncToken)) : written;
              }));
      if (last) {
        return;
      }
    }
    throw new PermanentException(
        "a calendar has more than %d pages, the limit of millrace.calendar-sync.max-pages"
            .formatted(settings.maxPages()));
  }

  /** One pass over the pages of a calendar. */
  private record Reading(
      Calendar calendar, long generation, Window window, Function<String, URI> uri) {}
}
