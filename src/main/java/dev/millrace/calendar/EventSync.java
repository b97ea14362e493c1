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
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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
        progress.readIncrementally();
        return;
      } catch (GoogleRefusal.Gone e) {
        calendars.forgetToken(calendar.id());
        fullReason = "gone";
      }
    }
    runs.fullResync(Integration.GOOGLE_CALENDAR, fullReason);
    try {
      full(connection, calendar, lease, progress);
    } catch (GoogleRefusal.Gone e) {
      // a full read uses no token; that it is refused as stale must be Google's own trouble
      throw new GoogleUnavailableException("events.list", "gone_again", e);
    }
    progress.readFully();
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
          calendars.read(calendar.id(), syncToken);
          return RowChanges.NONE;
        });
  }

  private void full(
      GoogleConnection connection, Calendar calendar, Lease lease, SyncProgress progress) {
    Instant now = clock.instant();
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
          RowChanges leftovers = rows.sweep(calendar, generation);
          calendars.fullyRead(calendar.id(), syncToken, query.fingerprint(), window);
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
      JsonNode page = google.get(connection.id(), "events.list", reading.uri().apply(pageToken));
      progress.called();
      pageToken = page.path("nextPageToken").asText("");
      boolean last = pageToken.isEmpty();
      String syncToken = page.path("nextSyncToken").asText("");
      if (last && syncToken.isEmpty()) {
        throw new GoogleUnavailableException("events.list", "no_sync_token", null);
      }
      progress.wrote(
          transaction.execute(
              status -> {
                lease.renew();
                RowChanges written = write(reading, page.path("items"));
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

  private RowChanges write(Reading reading, JsonNode items) {
    List<String> cancelled = new ArrayList<>();
    List<String> outside = new ArrayList<>();
    Map<String, EventRow> present = new LinkedHashMap<>();
    for (JsonNode item : items) {
      if (EventReader.cancelled(item)) {
        cancelled.add(item.path("id").asText());
        continue;
      }
      Optional<EventRow> event = EventReader.read(item, reading.calendar().zone());
      // an endless series that is touched comes with instances for decades
      if (event.filter(e -> reading.window().touches(e.start(), e.end())).isPresent()) {
        present.put(event.get().googleId(), event.get());
      } else {
        outside.add(item.path("id").asText());
      }
    }
    return rows.deleteWithSeries(reading.calendar(), cancelled)
        .and(rows.delete(reading.calendar(), outside))
        .and(rows.upsert(reading.calendar(), reading.generation(), present.values()));
  }

  /** One pass over the pages of a calendar. */
  private record Reading(
      Calendar calendar, long generation, Window window, Function<String, URI> uri) {}
}
