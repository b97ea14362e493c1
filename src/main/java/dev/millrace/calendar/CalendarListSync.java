package dev.millrace.calendar;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.account.GoogleApi;
import dev.millrace.account.GoogleConnection;
import dev.millrace.account.GoogleProperties;
import dev.millrace.account.Lease;
import dev.millrace.account.SyncStates;
import dev.millrace.job.PermanentException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionOperations;
import org.springframework.web.util.UriComponentsBuilder;

/** Keeps the list of a user's calendars: new ones, renamed ones, and those that are gone. */
@Component
class CalendarListSync {

  private static final int PAGE_SIZE = 250;

  /** Five thousand calendars: who has more is sent the same pages in a circle. */
  private static final int MOST_PAGES = 20;

  private final GoogleApi google;
  private final URI base;
  private final JdbcClient jdbc;
  private final Calendars calendars;
  private final SyncStates states;
  private final TransactionOperations transaction;

  CalendarListSync(
      GoogleApi google,
      GoogleProperties properties,
      JdbcClient jdbc,
      Calendars calendars,
      SyncStates states,
      TransactionOperations transaction) {
    this.google = google;
    this.base = properties.calendarBase();
    this.jdbc = jdbc;
    this.calendars = calendars;
    this.states = states;
    this.transaction = transaction;
  }

  /** Reads the list to its end, then writes it in one transaction: it is short. */
  void read(GoogleConnection connection, Lease lease, SyncProgress progress) {
    List<JsonNode> entries = new ArrayList<>();
    String pageToken = "";
    int pages = 0;
    do {
      if (++pages > MOST_PAGES) {
        throw new PermanentException(
            "Google, calendarList.list: the list has more than %d pages".formatted(MOST_PAGES));
      }
      JsonNode page = google.get(connection.id(), "calendarList.list", uri(pageToken));
      progress.called();
      page.path("items").forEach(entries::add);
      pageToken = page.path("nextPageToken").asText("");
    } while (!pageToken.isEmpty());
    RowChanges changes =
        transaction.execute(
            status -> {
              lease.renew();
              return write(connection, entries);
            });
    progress.changed(changes);
  }

  private RowChanges write(GoogleConnection connection, List<JsonNode> entries) {
    List<String> listed = new ArrayList<>();
    for (JsonNode entry : entries) {
      if (!entry.path("deleted").asBoolean() && entry.hasNonNull("id")) {
        listed.add(entry.path("id").asText());
        upsert(connection, entry);
      }
    }
    RowChanges removed = calendars.remove(missing(connection.id(), listed));
    selectPrimaryIfNone(connection.id());
    states.listed(connection.id());
    return removed;
  }

  /** All-day events begin at the calendar's midnight, so another zone asks for a full read. */
  private void upsert(GoogleConnection connection, JsonNode entry) {
    String own = entry.path("summaryOverride").asText("");
    jdbc.sql(
            """
            INSERT INTO calendars AS c (connection_id, user_id, google_id, name, time_zone, is_primary)
            VALUES (:connection, :user, :google, :name, :zone, :primary)
            ON CONFLICT (connection_id, google_id) DO UPDATE SET
              name = EXCLUDED.name, time_zone = EXCLUDED.time_zone,
              is_primary = EXCLUDED.is_primary, removed_at = NULL,
              sync_token = CASE WHEN c.time_zone = EXCLUDED.time_zone THEN c.sync_token END""")
        .param("connection", connection.id())
        .param("user", connection.userId())
        .param("google", entry.path("id").asText())
        .param("name", (own.isEmpty() ? entry.path("summary").asText() : own).replace("\0", ""))
        .param("zone", entry.path("timeZone").asText("UTC"))
        .param("primary", entry.path("primary").asBoolean())
        .update();
  }

  private List<UUID> missing(UUID connectionId, List<String> listed) {
    return jdbc.sql(
            """
            SELECT id FROM calendars WHERE connection_id = :connection AND removed_at IS NULL
              AND NOT google_id = ANY (:listed)""")
        .param("connection", connectionId)
        .param("listed", listed.toArray(String[]::new))
        .query(UUID.class)
        .list();
  }

  private void selectPrimaryIfNone(UUID connectionId) {
    jdbc.sql(
            """
            UPDATE calendars SET selected = true
            WHERE connection_id = :connection AND is_primary AND removed_at IS NULL
              AND NOT EXISTS (SELECT FROM calendars o WHERE o.connection_id = :connection
                              AND o.selected AND o.removed_at IS NULL)""")
        .param("connection", connectionId)
        .update();
  }

  private URI uri(String pageToken) {
    UriComponentsBuilder uri =
        UriComponentsBuilder.fromUri(base)
            .path("/users/me/calendarList")
            .queryParam("maxResults", PAGE_SIZE);
    if (!pageToken.isEmpty()) {
      uri.queryParam("pageToken", "{pageToken}");
    }
    return uri.encode().buildAndExpand(Map.of("pageToken", pageToken)).toUri();
  }
}
