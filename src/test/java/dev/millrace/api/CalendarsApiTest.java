package dev.millrace.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code /api/calendar/calendars} and {@code /selection}. */
class CalendarsApiTest extends RunningConnect {

  @BeforeEach
  void connectTheCalendar() throws Exception {
    connect(user, "calendar", person(0));
    awaitSync(user, "google_calendar");
  }

  @Test
  void shouldListTheCalendarsAndReadThePrimaryFirst() throws Exception {
    JsonNode first = calendars(user).get(0);

    assertThat(first.path("primary").asBoolean()).isTrue();
    assertThat(first.path("selected").asBoolean()).isTrue();
    assertThat(first.path("timeZone").asText()).isEqualTo(person(0).zone().getId());
    assertThat(first.path("syncedAt").isNull()).isFalse();
  }

  @Test
  void shouldFreeTheTimeOfACalendarThatIsNotReadAnyMore() throws Exception {
    UUID second = anotherCalendar();
    String primary = calendars(user).get(0).path("id").asText();
    assertThat(events(primary)).isPositive();

    HttpResponse<String> answer = select(List.of(second.toString()));

    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    assertThat(events(primary)).isZero();
    assertThat(selected(tree(answer).path("calendars"))).containsExactly(second.toString());
    // Read again, it comes back in full.
    assertThat(select(List.of(primary, second.toString())).statusCode()).isEqualTo(200);
    await()
        .atMost(Duration.ofSeconds(60))
        .untilAsserted(() -> assertThat(events(primary)).isPositive());
  }

  @Test
  void shouldNotChooseCalendarsOfAnother() throws Exception {
    UUID other = signUp();
    connect(other, "calendar", person(1));
    awaitSync(other, "google_calendar");
    String theirs = calendars(other).get(0).path("id").asText();

    HttpResponse<String> answer = select(List.of(theirs));

    assertThat(answer.statusCode()).isEqualTo(400);
    HttpResponse<String> nobodys = select(List.of("00000000-0000-4000-8000-000000000000"));
    assertThat(tree(answer).at("/errors/0/remedy")).isEqualTo(tree(nobodys).at("/errors/0/remedy"));
    assertThat(selected(calendars(user))).hasSize(1);
    assertThat(selected(calendars(other))).containsExactly(theirs);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"{\"selected\":[]}", "{\"selected\":\"all\"}", "{}", "", "{\"selected\":[7]}"})
  void shouldSayWhatIsWrongWithAChoice(String body) throws Exception {
    HttpResponse<String> answer = askAs(user, "PUT", "/api/calendar/selection", body);

    assertThat(answer.statusCode()).isEqualTo(400);
    assertThat(tree(answer).at("/errors/0/remedy").asText()).isNotBlank();
    assertThat(selected(calendars(user))).hasSize(1);
  }

  @Test
  void shouldNotChooseWhatGoogleListsNoMore() throws Exception {
    UUID gone = anotherCalendar();
    jdbc.sql("UPDATE calendars SET removed_at = now() WHERE id = :id").param("id", gone).update();

    assertThat(select(List.of(gone.toString())).statusCode()).isEqualTo(400);
  }

  /** One that Google lists too, or the sync that follows a choice would take it for gone. */
  private UUID anotherCalendar() {
    String googleId = "second-" + UUID.randomUUID() + "@group.calendar.google.com";
    SANDBOX.calendars().create(person(0).email(), googleId, "Second", person(0).zone());
    return jdbc.sql(
            """
            INSERT INTO calendars (connection_id, user_id, google_id, name)
            SELECT id, user_id, :google, 'Second' FROM google_connections
            WHERE user_id = :user
            ON CONFLICT (connection_id, google_id) DO UPDATE SET name = EXCLUDED.name
            RETURNING id""")
        .param("google", googleId)
        .param("user", user)
        .query(UUID.class)
        .single();
  }

  private JsonNode calendars(UUID who) throws Exception {
    return tree(askAs(who, "GET", "/api/calendar/calendars", null)).path("calendars");
  }

  private HttpResponse<String> select(List<String> ids) throws Exception {
    return askAs(
        user,
        "PUT",
        "/api/calendar/selection",
        "{\"selected\":[\"" + String.join("\",\"", ids) + "\"]}");
  }

  private static List<String> selected(JsonNode calendars) {
    return calendars.findParents("selected").stream()
        .filter(calendar -> calendar.path("selected").asBoolean())
        .map(calendar -> calendar.path("id").asText())
        .toList();
  }

  private long events(String calendar) {
    return jdbc.sql("SELECT count(*) FROM calendar_events WHERE calendar_id = :id::uuid")
        .param("id", calendar)
        .query(Long.class)
        .single();
  }
}
