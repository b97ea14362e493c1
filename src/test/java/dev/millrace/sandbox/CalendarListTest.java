package dev.millrace.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CalendarListTest {

  private static final String LIST = "/users/me/calendarList";

  private Sandbox sandbox;
  private Client client;
  private SandboxUser user;
  private String token;

  @BeforeEach
  void start() throws IOException {
    sandbox = Sandbox.start(SandboxOptions.defaults().withoutData());
    client = new Client(sandbox);
    user = sandbox.users().get(0);
    token = client.accessToken(user.calendarRefreshToken());
  }

  @AfterEach
  void stop() {
    sandbox.close();
  }

  @Test
  void thePrimaryCalendarIsMarkedAndCarriesItsZone() throws IOException {
    JsonNode primary = client.calendar(token, LIST).items().get(0);

    assertThat(primary.path("id").asText()).isEqualTo(user.email());
    assertThat(primary.path("primary").asBoolean()).isTrue();
    assertThat(primary.path("selected").asBoolean()).isTrue();
    assertThat(primary.path("timeZone").asText()).isEqualTo("America/New_York");
    assertThat(primary.path("accessRole").asText()).isEqualTo("owner");
  }

  @Test
  void aPageHolds100UnlessOtherwiseAskedAndIsBoundToItsQuery() throws IOException {
    for (int i = 0; i < 120; i++) {
      sandbox.calendars().create(user.email(), "c" + i, "Calendar " + i, user.zone());
    }

    Client.Answer first = client.calendar(token, LIST);
    String page = first.json().path("nextPageToken").asText();
    Client.Answer last = client.calendar(token, LIST, "pageToken", page);

    assertThat(first.items()).hasSize(100);
    assertThat(first.json().has("nextSyncToken")).isFalse();
    assertThat(last.items()).hasSize(21);
    assertThat(last.json().path("nextSyncToken").asText()).isNotEmpty();
    assertThat(client.calendar(token, LIST, "maxResults", "50", "pageToken", page).status())
        .isEqualTo(400);
    assertThat(client.calendar(token, LIST, "maxResults", "250").items()).hasSize(121);
  }

  @ParameterizedTest
  @CsvSource({
    "maxResults, 251",
    "maxResults, 0",
    "minAccessRole, boss",
    "showHidden, 1",
    "pageToken, x",
    "orderBy, id"
  })
  void wrongParametersAreRefused(String name, String value) throws IOException {
    assertThat(client.calendar(token, LIST, name, value).status()).isEqualTo(400);
  }

  @Test
  void itsSyncTokenTellsOfNewAndRemovedCalendars() throws IOException {
    sandbox.calendars().create(user.email(), "old", "Old", user.zone());
    String sync = client.calendar(token, LIST).json().path("nextSyncToken").asText();
    sandbox.calendars().create(user.email(), "new", "New", user.zone());
    sandbox.calendars().remove(user.email(), "old");

    List<JsonNode> items = client.calendar(token, LIST, "syncToken", sync).items();

    assertThat(items)
        .extracting(i -> i.path("id").asText() + " " + i.path("deleted").asBoolean())
        .containsExactlyInAnyOrder("new false", "old true");
    assertThat(client.calendar(token, LIST, "syncToken", "stale").status()).isEqualTo(410);
    assertThat(client.calendar(token, LIST, "syncToken", sync, "minAccessRole", "owner").status())
        .isEqualTo(400);
    assertThat(client.calendar(token, LIST, "syncToken", sync, "showDeleted", "false").status())
        .isEqualTo(400);
    assertThat(client.calendar(token, LIST, "syncToken", sync, "maxResults", "5").status())
        .isEqualTo(400);
  }

  @Test
  void aRemovedCalendarIsNeitherListedNorFound() throws IOException {
    sandbox.calendars().create(user.email(), "gone", "Gone", user.zone());
    assertThat(client.calendar(token, "/calendars/gone/events").status()).isEqualTo(200);

    sandbox.calendars().remove(user.email(), "gone");

    assertThat(client.calendar(token, LIST).items()).hasSize(1);
    assertThat(client.calendar(token, "/calendars/gone/events").status()).isEqualTo(404);
  }

  @Test
  void aSharedCalendarShowsTheSameEventsToBoth() throws IOException {
    SandboxUser other = sandbox.users().get(1);
    sandbox.calendars().create(user.email(), "both", "Both", user.zone());
    sandbox.calendars().share(user.email(), "both", other.email());

    String access = client.accessToken(other.calendarRefreshToken());

    assertThat(client.calendar(access, "/calendars/both/events").status()).isEqualTo(200);
  }

  @Test
  void itIsReadOnlyAndWantsAToken() throws IOException {
    String url = client.setting("google.calendar-base") + LIST;

    assertThat(client.postJson(url, token, "{}").status()).isEqualTo(405);
    assertThat(client.calendar(null, LIST).status()).isEqualTo(401);
  }
}
