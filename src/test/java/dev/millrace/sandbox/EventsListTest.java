package dev.millrace.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.TestClock;
import dev.millrace.sandbox.calendar.EventDraft;
import java.io.IOException;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Full reads of a calendar: what is listed, and what is refused. */
class EventsListTest {

  private static final String EVENTS = "/calendars/primary/events";

  private static Sandbox sandbox;
  private static Client client;
  private static SandboxUser user;
  private static String token;
  private static String meeting;
  private static String deleted;

  @BeforeAll
  static void start() throws IOException {
    sandbox =
        Sandbox.start(
            SandboxOptions.defaults().clock(new TestClock("2026-03-02T09:00:00Z")).withoutData());
    client = new Client(sandbox);
    user = sandbox.users().get(0);
    token = client.accessToken(user.calendarRefreshToken());
    // 10:00-11:00 in New York is 15:00-16:00 UTC.
    meeting =
        sandbox
            .calendars()
            .add(
                user.email(),
                "primary",
                EventDraft.timed(
                    "Review",
                    ZonedDateTime.of(2026, 3, 3, 10, 0, 0, 0, user.zone()),
                    Duration.ofHours(1)));
    sandbox
        .calendars()
        .add(user.email(), "primary", EventDraft.allDay("Trip", LocalDate.of(2026, 3, 5), 2));
    deleted =
        sandbox
            .calendars()
            .add(user.email(), "primary", EventDraft.allDay("Gone", LocalDate.of(2026, 3, 6), 1));
    sandbox.calendars().delete(user.email(), "primary", deleted);
  }

  @AfterAll
  static void stop() {
    sandbox.close();
  }

  @Test
  void timedAndAllDayEventsHaveTheirOwnShapes() throws IOException {
    List<JsonNode> items = client.calendar(token, EVENTS).items();

    assertThat(items).hasSize(2);
    assertThat(items.get(0).at("/start/dateTime").asText()).isEqualTo("2026-03-03T10:00:00-05:00");
    assertThat(items.get(0).at("/start/timeZone").asText()).isEqualTo("America/New_York");
    assertThat(items.get(0).path("status").asText()).isEqualTo("confirmed");
    assertThat(items.get(0).path("eventType").asText()).isEqualTo("default");
    assertThat(items.get(1).at("/start/date").asText()).isEqualTo("2026-03-05");
    assertThat(items.get(1).at("/end/date").asText()).isEqualTo("2026-03-07");
    assertThat(items.get(1).path("start").has("dateTime")).isFalse();
  }

  @Test
  void deletedEventsAreListedOnDemandWithLittleMoreThanTheirId() throws IOException {
    JsonNode gone = client.calendar(token, EVENTS, "showDeleted", "true").items().get(2);

    assertThat(gone.path("id").asText()).isEqualTo(deleted);
    assertThat(gone.path("status").asText()).isEqualTo("cancelled");
    assertThat(gone.has("start")).isFalse();
    assertThat(gone.has("summary")).isFalse();
  }

  @ParameterizedTest
  @CsvSource({
    // timeMin bounds the end, exclusively
    "timeMin, 2026-03-03T15:59:59Z, true",
    "timeMin, 2026-03-03T16:00:00Z, false",
    "timeMin, 2026-03-03T17:00:00+01:00, false",
    // timeMax bounds the start, exclusively
    "timeMax, 2026-03-03T15:00:01Z, true",
    "timeMax, 2026-03-03T15:00:00Z, false"
  })
  void theWindowBoundsEndAndStartExclusively(String name, String value, boolean listed)
      throws IOException {
    List<String> ids = ids(client.calendar(token, EVENTS, name, value));

    assertThat(ids.contains(meeting)).isEqualTo(listed);
  }

  @Test
  void allDayEventsLieInTheCalendarsZone() throws IOException {
    // The trip ends at midnight of 7 March in New York: 05:00 UTC.
    assertThat(client.calendar(token, EVENTS, "timeMin", "2026-03-07T04:59:59Z").items())
        .hasSize(1);
    assertThat(client.calendar(token, EVENTS, "timeMin", "2026-03-07T05:00:00Z").items()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "timeMin, 2026-03-03T15:00:00",
    "timeMin, 2026-03-03",
    "timeMax, tomorrow",
    "timeMin, 2026-03-03T15:00:00 01:00",
    "maxResults, 0",
    "maxResults, 2501",
    "maxResults, many",
    "singleEvents, yes",
    "orderBy, startTime",
    "orderBy, summary",
    "eventTypes, meeting",
    "timeZone, Mars/Olympus",
    "pageToken, nonsense",
    "singelEvents, true",
    "calendarId, primary"
  })
  void wrongParametersAreRefused(String name, String value) throws IOException {
    Client.Answer answer = client.calendar(token, EVENTS, name, value);

    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.json().at("/error/code").asInt()).isEqualTo(400);
    assertThat(answer.json().at("/error/errors/0/message").asText()).isNotEmpty();
  }

  @Test
  void anEmptyTimeRangeIsRefused() throws IOException {
    Client.Answer answer =
        client.calendar(
            token, EVENTS, "timeMin", "2026-03-03T15:00:00Z", "timeMax", "2026-03-03T15:00:00Z");

    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.reason()).isEqualTo("timeRangeEmpty");
  }

  @Test
  void aTooOldUpdatedMinIsGone() throws IOException {
    Client.Answer answer = client.calendar(token, EVENTS, "updatedMin", "2026-01-01T00:00:00Z");

    assertThat(answer.status()).isEqualTo(410);
    assertThat(answer.reason()).isEqualTo("updatedMinTooLongAgo");
  }

  @Test
  void theSyncTokenIsOnTheLastPageOnly() throws IOException {
    Client.Answer first = client.calendar(token, EVENTS, "maxResults", "1");
    Client.Answer last =
        client.calendar(
            token,
            EVENTS,
            "maxResults",
            "1",
            "pageToken",
            first.json().path("nextPageToken").asText());

    assertThat(first.items()).hasSize(1);
    assertThat(first.json().has("nextSyncToken")).isFalse();
    assertThat(last.items()).hasSize(1);
    assertThat(last.json().has("nextPageToken")).isFalse();
    assertThat(last.json().path("nextSyncToken").asText()).isNotEmpty();
    assertThat(ids(first)).doesNotContainAnyElementsOf(ids(last));
  }

  @Test
  void aPageTokenIsBoundToItsQuery() throws IOException {
    String page =
        client.calendar(token, EVENTS, "maxResults", "1").json().path("nextPageToken").asText();

    Client.Answer other = client.calendar(token, EVENTS, "maxResults", "2", "pageToken", page);
    Client.Answer otherToken =
        client.calendar(
            client.accessToken(sandbox.users().get(1).calendarRefreshToken()),
            EVENTS,
            "maxResults",
            "1",
            "pageToken",
            page);

    assertThat(other.status()).isEqualTo(400);
    assertThat(otherToken.status()).isEqualTo(400);
    assertThat(client.calendar(token, EVENTS, "maxResults", "1", "pageToken", page).status())
        .isEqualTo(200);
  }

  @Test
  void readsThatCannotBeContinuedCarryNoSyncToken() throws IOException {
    assertThat(
            client
                .calendar(token, EVENTS, "orderBy", "startTime", "singleEvents", "true")
                .json()
                .has("nextSyncToken"))
        .isFalse();
    assertThat(client.calendar(token, EVENTS, "q", "trip").json().has("nextSyncToken")).isFalse();
    assertThat(
            client
                .calendar(token, EVENTS, "timeMin", "2026-03-01T00:00:00Z")
                .json()
                .has("nextSyncToken"))
        .isTrue();
  }

  @Test
  void primaryIsAnAliasAndStrangersCalendarsAreNotFound() throws IOException {
    assertThat(ids(client.calendar(token, "/calendars/" + Client.encode(user.email()) + "/events")))
        .isEqualTo(ids(client.calendar(token, EVENTS)));
    Client.Answer stranger =
        client.calendar(
            token, "/calendars/" + Client.encode(sandbox.users().get(1).email()) + "/events");
    assertThat(stranger.status()).isEqualTo(404);
    assertThat(stranger.reason()).isEqualTo("notFound");
  }

  @Test
  void withoutALiveTokenNothingIsRead() throws IOException {
    Client.Answer none = client.calendar(null, EVENTS);
    Client.Answer wrong = client.calendar("ya29.nobody", EVENTS);
    Client.Answer contacts =
        client.calendar(client.accessToken(user.contactsRefreshToken()), EVENTS);

    assertThat(none.status()).isEqualTo(401);
    assertThat(none.reason()).isEqualTo("required");
    assertThat(wrong.status()).isEqualTo(401);
    assertThat(wrong.reason()).isEqualTo("authError");
    assertThat(wrong.json().at("/error/errors/0/message").asText())
        .isEqualTo("Invalid Credentials");
    assertThat(contacts.status()).isEqualTo(403);
    assertThat(contacts.reason()).isEqualTo("insufficientPermissions");
  }

  @Test
  void nothingCanBeWritten() throws IOException {
    String base = client.setting("google.calendar-base");

    assertThat(client.postJson(base + EVENTS, token, "{}").status()).isEqualTo(405);
    assertThat(client.send("DELETE", base + EVENTS, "Bearer " + token, null, "").status())
        .isEqualTo(405);
    assertThat(client.calendar(token, EVENTS + "/" + meeting + "/move").status()).isEqualTo(404);
  }

  @Test
  void aPageHolds250UnlessMoreAreAskedFor() throws IOException {
    SandboxUser other = sandbox.users().get(2);
    for (int i = 0; i < 260; i++) {
      sandbox
          .calendars()
          .add(
              other.email(),
              "primary",
              EventDraft.allDay("Day", LocalDate.of(2026, 1, 1).plusDays(i), 1));
    }
    String access = client.accessToken(other.calendarRefreshToken());

    assertThat(client.calendar(access, EVENTS).items()).hasSize(250);
    assertThat(client.calendar(access, EVENTS, "maxResults", "2500").items()).hasSize(260);
  }

  private static List<String> ids(Client.Answer answer) {
    List<String> ids = new ArrayList<>();
    answer.items().forEach(item -> ids.add(item.path("id").asText()));
    return ids;
  }
}
