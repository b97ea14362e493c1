package dev.millrace.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.TestClock;
import dev.millrace.sandbox.calendar.EventDraft;
import dev.millrace.sandbox.calendar.EventTime;
import dev.millrace.sandbox.calendar.Recurrence;
import java.io.IOException;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Reading on from a sync token, the way a calendar sync does. */
class IncrementalSyncTest {

  private static final String EVENTS = "/calendars/primary/events";

  private final TestClock clock = new TestClock("2026-03-02T09:00:00Z");
  private Sandbox sandbox;
  private Client client;
  private SandboxUser user;
  private String token;

  @BeforeEach
  void start() throws IOException {
    sandbox = Sandbox.start(SandboxOptions.defaults().clock(clock).withoutData());
    client = new Client(sandbox);
    user = sandbox.users().get(0);
    token = client.accessToken(user.calendarRefreshToken());
  }

  @AfterEach
  void stop() {
    sandbox.close();
  }

  @Test
  void onlyChangesFollowAndEachAnswerLeadsToTheNext() throws IOException {
    String old = add("Old", 3);
    String sync = full();
    String fresh = add("Fresh", 4);

    Client.Answer first = since(sync);
    assertThat(ids(first)).containsExactly(fresh);
    sandbox.calendars().delete(user.email(), "primary", old);
    Client.Answer second = since(first.json().path("nextSyncToken").asText());

    assertThat(second.items()).hasSize(1);
    JsonNode gone = second.items().get(0);
    assertThat(gone.path("id").asText()).isEqualTo(old);
    assertThat(gone.path("status").asText()).isEqualTo("cancelled");
    assertThat(gone.has("start")).isFalse();
    assertThat(since(second.json().path("nextSyncToken").asText()).items()).isEmpty();
  }

  @Test
  void aTokenOfABoundedReadReportsChangesAtAnyDate() throws IOException {
    String sync =
        client
            .calendar(
                token,
                EVENTS,
                "singleEvents",
                "true",
                "maxResults",
                "2500",
                "timeMin",
                "2026-03-01T00:00:00Z",
                "timeMax",
                "2026-03-10T00:00:00Z")
            .json()
            .path("nextSyncToken")
            .asText();
    String far = add("Far away", 400);

    assertThat(ids(since(sync))).containsExactly(far);
  }

  @ParameterizedTest
  @CsvSource({
    "timeMin, 2026-03-01T00:00:00Z",
    "timeMax, 2026-03-09T00:00:00Z",
    "updatedMin, 2026-03-01T00:00:00Z",
    "orderBy, updated",
    "q, review",
    "iCalUID, x@google.com",
    "privateExtendedProperty, a=b",
    "sharedExtendedProperty, a=b",
    "showDeleted, false"
  })
  void restrictionsMayNotAccompanyASyncToken(String name, String value) throws IOException {
    Client.Answer answer =
        client.calendar(
            token,
            EVENTS,
            "singleEvents",
            "true",
            "maxResults",
            "2500",
            "syncToken",
            full(),
            name,
            value);

    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.reason()).isEqualTo("syncTokenWithRequestRestrictions");
  }

  @ParameterizedTest
  @CsvSource({
    "singleEvents, false",
    "maxResults, 250",
    "eventTypes, default",
    "timeZone, UTC",
    "maxAttendees, 1",
    "showDeleted, true"
  })
  void otherParametersMustBeThoseOfTheInitialRequest(String name, String value) throws IOException {
    Map<String, String> query = new TreeMap<>();
    query.put("singleEvents", "true");
    query.put("maxResults", "2500");
    query.put("syncToken", full());
    query.put(name, value);
    List<String> pairs = new ArrayList<>();
    query.forEach(
        (key, text) -> {
          pairs.add(key);
          pairs.add(text);
        });

    assertThat(client.calendar(token, EVENTS, pairs.toArray(String[]::new)).status())
        .isEqualTo(400);
  }

  @Test
  void staleAndUnknownTokensAreGone() throws IOException {
    String stale = full();
    sandbox.calendars().expireSyncTokens(user.email(), "primary");
    SandboxUser other = sandbox.users().get(1);
    String foreign =
        client
            .calendar(
                client.accessToken(other.calendarRefreshToken()),
                EVENTS,
                "singleEvents",
                "true",
                "maxResults",
                "2500")
            .json()
            .path("nextSyncToken")
            .asText();

    for (String bad : List.of(stale, foreign, "CAUQAAAA", "not a token")) {
      Client.Answer answer = since(bad);
      assertThat(answer.status()).isEqualTo(410);
      assertThat(answer.reason()).isEqualTo("fullSyncRequired");
    }
    assertThat(since(full()).status()).isEqualTo(200);
  }

  @Test
  void changesArePagedAndLaterPagesRepeatTheSyncToken() throws IOException {
    String sync =
        client.calendar(token, EVENTS, "maxResults", "2").json().path("nextSyncToken").asText();
    for (int i = 0; i < 5; i++) {
      add("Change " + i, i + 1);
    }

    List<String> seen = new ArrayList<>();
    Client.Answer page = client.calendar(token, EVENTS, "maxResults", "2", "syncToken", sync);
    seen.addAll(ids(page));
    String next = page.json().path("nextPageToken").asText();
    assertThat(client.calendar(token, EVENTS, "maxResults", "2", "pageToken", next).status())
        .as("the sync token is part of the query")
        .isEqualTo(400);
    add("While paging", 9);
    while (page.json().has("nextPageToken")) {
      assertThat(page.json().has("nextSyncToken")).isFalse();
      page =
          client.calendar(
              token,
              EVENTS,
              "maxResults",
              "2",
              "syncToken",
              sync,
              "pageToken",
              page.json().path("nextPageToken").asText());
      seen.addAll(ids(page));
    }

    assertThat(seen).hasSize(5).doesNotHaveDuplicates();
    String after = page.json().path("nextSyncToken").asText();
    assertThat(client.calendar(token, EVENTS, "maxResults", "2", "syncToken", after).items())
        .extracting(item -> item.path("summary").asText())
        .containsExactly("While paging");
  }

  @Test
  void aCancelledInstanceOfALivingSeriesTellsWhichOneItWas() throws IOException {
    String series = weekly(10);
    String sync = full();
    sandbox.calendars().cancelInstance(user.email(), "primary", series, EventTime.at(start(7)));

    JsonNode cancelled = since(sync).items().get(0);

    assertThat(cancelled.path("id").asText()).isEqualTo(series + "_20260310T140000Z");
    assertThat(cancelled.path("status").asText()).isEqualTo("cancelled");
    assertThat(cancelled.path("recurringEventId").asText()).isEqualTo(series);
    assertThat(cancelled.at("/originalStartTime/dateTime").asText())
        .isEqualTo("2026-03-10T10:00:00-04:00");
    assertThat(cancelled.has("start")).isFalse();
  }

  @Test
  void aMovedInstanceKeepsItsIdAndOriginalStart() throws IOException {
    String series = weekly(10);
    String sync = full();
    sandbox
        .calendars()
        .moveInstance(
            user.email(), "primary", series, EventTime.at(start(7)), EventTime.at(start(8)));

    JsonNode moved = since(sync).items().get(0);

    assertThat(moved.path("id").asText()).isEqualTo(series + "_20260310T140000Z");
    assertThat(moved.at("/start/dateTime").asText()).isEqualTo("2026-03-11T10:00:00-04:00");
    assertThat(moved.at("/originalStartTime/dateTime").asText())
        .isEqualTo("2026-03-10T10:00:00-04:00");
    assertThat(
            client
                .calendar(
                    token,
                    EVENTS,
                    "singleEvents",
                    "true",
                    "timeMin",
                    "2026-03-10T00:00:00Z",
                    "timeMax",
                    "2026-03-11T00:00:00Z")
                .items())
        .isEmpty();
  }

  @Test
  void touchingAnEndlessSeriesDeliversHundredsOfInstances() throws IOException {
    String series = weekly(0);
    String sync = full();
    sandbox.calendars().update(user.email(), "primary", series, draft -> draft.titled("Renamed"));

    List<JsonNode> items = since(sync).items();

    assertThat(items).hasSize(730);
    assertThat(items.get(729).at("/start/dateTime").asText()).startsWith("2040-");
  }

  @Test
  void aDeletedSeriesReportsItsNearInstancesOnlyAndByIdOnly() throws IOException {
    String series = weekly(0);
    String sync = full();
    sandbox.calendars().delete(user.email(), "primary", series);

    List<JsonNode> items = since(sync).items();

    assertThat(items).hasSizeBetween(20, 30);
    assertThat(items).allSatisfy(i -> assertThat(i.path("status").asText()).isEqualTo("cancelled"));
    assertThat(items).noneMatch(i -> i.has("recurringEventId"));
    assertThat(items.get(0).path("id").asText()).startsWith(series + "_2026");
  }

  @Test
  void aMovedSeriesCancelsItsOldInstances() throws IOException {
    String series = weekly(4);
    String sync = full();
    sandbox.calendars().move(user.email(), "primary", series, EventTime.at(start(0).plusHours(2)));

    List<JsonNode> items = since(sync).items();

    assertThat(items).filteredOn(i -> i.path("status").asText().equals("cancelled")).hasSize(4);
    assertThat(items).filteredOn(i -> i.path("status").asText().equals("confirmed")).hasSize(4);
    assertThat(items).extracting(i -> i.path("id").asText()).doesNotHaveDuplicates();
    sandbox.calendars().move(user.email(), "primary", series, EventTime.at(start(0)));
    assertThat(since(sync).items()).extracting(i -> i.path("id").asText()).doesNotHaveDuplicates();
  }

  @Test
  void withoutExpansionASeriesIsOneEventWithItsRule() throws IOException {
    String series = weekly(4);

    List<JsonNode> items = client.calendar(token, EVENTS).items();

    assertThat(items).hasSize(1);
    assertThat(items.get(0).path("id").asText()).isEqualTo(series);
    assertThat(items.get(0).at("/recurrence/0").asText())
        .isEqualTo("RRULE:FREQ=WEEKLY;COUNT=4;BYDAY=TU");
  }

  @Test
  void anInstanceStaysAtItsWallClockTimeAcrossDaylightSaving() throws IOException {
    weekly(2);

    List<JsonNode> items = client.calendar(token, EVENTS, "singleEvents", "true").items();

    assertThat(items)
        .extracting(i -> i.at("/start/dateTime").asText())
        .containsExactly("2026-03-03T10:00:00-05:00", "2026-03-10T10:00:00-04:00");
  }

  private String add(String title, int daysAhead) {
    return sandbox
        .calendars()
        .add(
            user.email(),
            "primary",
            EventDraft.timed(title, start(0).plusDays(daysAhead), Duration.ofHours(1)));
  }

  /** Tuesdays at ten; zero for an endless series. */
  private String weekly(int count) {
    return sandbox
        .calendars()
        .add(
            user.email(),
            "primary",
            EventDraft.timed("Weekly", start(0), Duration.ofHours(1))
                .repeating(Recurrence.weekly(DayOfWeek.TUESDAY).times(count)));
  }

  private ZonedDateTime start(int daysLater) {
    return ZonedDateTime.of(2026, 3, 3, 10, 0, 0, 0, user.zone()).plusDays(daysLater);
  }

  private String full() throws IOException {
    return client
        .calendar(token, EVENTS, "singleEvents", "true", "maxResults", "2500")
        .json()
        .path("nextSyncToken")
        .asText();
  }

  private Client.Answer since(String syncToken) throws IOException {
    return client.calendar(
        token, EVENTS, "singleEvents", "true", "maxResults", "2500", "syncToken", syncToken);
  }

  private static List<String> ids(Client.Answer answer) {
    List<String> ids = new ArrayList<>();
    answer.items().forEach(item -> ids.add(item.path("id").asText()));
    return ids;
  }
}
