package dev.millrace.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.cache.Cache;
import dev.millrace.cache.Caches;
import dev.millrace.job.Rows;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;

/** {@code /api/calendar/free-slots}. */
class FreeSlotsApiTest extends RunningHttp {

  @Autowired Caches caches;

  private Rows rows;
  private UUID user;

  @BeforeEach
  void signUpSomebody() {
    rows = new Rows(jdbc);
    user = signUp();
  }

  @Test
  void shouldTellFreeSlotsBesideBusyTimeAndAcceptedMeetings() throws Exception {
    ZoneId zone = ZoneId.of("America/St_Johns");
    rows.add("UPDATE users SET time_zone = :b WHERE id = :a", user, zone.getId());
    LocalDate day = LocalDate.now(zone).plusDays(3);
    Instant nine = day.atTime(9, 0).atZone(zone).toInstant();
    UUID calendar = rows.calendar(rows.connection(user, "google_calendar"));
    rows.busy(calendar, nine.toString(), nine.plus(Duration.ofHours(10)).toString());
    UUID meeting = offer("Bob", nine.plus(Duration.ofHours(10)));
    String address = "/api/calendar/free-slots?from=" + day + "&to=" + day.plusDays(1);

    JsonNode before = tree(askAs(user, "GET", address, null));
    rows.busy(
        calendar,
        nine.plus(Duration.ofHours(11)).toString(),
        nine.plus(Duration.ofHours(12)).toString());
    JsonNode kept = tree(askAs(user, "GET", address, null));
    askAs(user, "POST", "/api/suggestions/" + meeting + "/accept", null);
    JsonNode after = tree(askAs(user, "GET", address, null));

    assertThat(before.path("timeZone").asText()).isEqualTo("America/St_Johns");
    assertThat(starts(before))
        .as("an offer takes no time")
        .containsExactly(nine.plus(Duration.ofHours(10)), nine.plus(Duration.ofHours(11)));
    assertThat(kept).as("kept for an hour, unless it is dropped").isEqualTo(before);
    assertThat(starts(after)).as("a meeting and an event do").isEmpty();
    assertThat(before.path("calendarSyncedAt").isNull()).isTrue();
  }

  @Test
  void shouldTellNothingThatHasBegun() throws Exception {
    Instant now = Instant.now();
    JsonNode free = tree(askAs(user, "GET", "/api/calendar/free-slots", null));

    assertThat(starts(free))
        .isNotEmpty()
        .allSatisfy(start -> assertThat(start).isAfterOrEqualTo(now));
    assertThat(Instant.parse(free.path("to").asText()))
        .isEqualTo(Instant.parse(free.path("from").asText()).plus(14, ChronoUnit.DAYS));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "from=today",
        "to=2026-02-30",
        "from=2026-03-01T00:00:00",
        "from=2026-03-01&to=2026-03-01",
        "from=2026-03-01&to=2026-05-01",
        "until=2026-03-01",
        "from=-271821-04-20T00:00:00Z&to=2026-03-01",
        "from=%2B271821-04-20T00:00:00Z",
        "from=9999-12-31",
        "from=2026-03-01&from=2026-03-02"
      })
  void shouldRefuseATimeThatIsNoneOrTooLong(String query) throws Exception {
    HttpResponse<String> answer = askAs(user, "GET", "/api/calendar/free-slots?" + query, null);

    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(400);
    assertThat(tree(answer).at("/errors/0/field").asText()).isIn("from", "to", "until");
  }

  @Test
  void shouldTellNothingOfTimesThatNobodyKnowsYet() throws Exception {
    Instant far = Instant.now().plus(61, ChronoUnit.DAYS);

    HttpResponse<String> to = free("from=" + far.minus(20, ChronoUnit.DAYS) + "&to=" + far);
    HttpResponse<String> from = free("from=" + far);

    assertThat(to.statusCode()).isEqualTo(400);
    assertThat(tree(to).at("/errors/0/field").asText()).isEqualTo("to");
    assertThat(tree(to).at("/errors/0/remedy").asText()).contains("60 days");
    assertThat(tree(from).at("/errors/0/field").asText()).isEqualTo("from");
  }

  @Test
  void shouldKeepOnlyTimesThatAreDroppedAgainAndAskedForAgain() throws Exception {
    Instant hour = Instant.now().truncatedTo(ChronoUnit.HOURS);
    Instant week = hour.plus(7, ChronoUnit.DAYS);

    free("from=" + hour + "&to=" + week.plusMillis(1));
    free("from=" + hour + "&to=" + hour.plus(31, ChronoUnit.DAYS));
    assertThat(kept(hour, week.plusMillis(1))).isEmpty();
    assertThat(kept(hour, hour.plus(31, ChronoUnit.DAYS))).isEmpty();

    free("from=" + hour + "&to=" + week);
    assertThat(kept(hour, week)).isPresent();
  }

  @Test
  void shouldNotTellWhatHasBegunSinceItWasKept() throws Exception {
    Instant hour = Instant.now().truncatedTo(ChronoUnit.HOURS);
    Instant to = hour.plus(7, ChronoUnit.DAYS);
    Map<String, String> begun =
        Map.of("start", hour.atOffset(ZoneOffset.UTC).toString(), "end", to.toString());
    Map<String, String> toCome =
        Map.of("start", to.minusSeconds(3600).toString(), "end", to.toString());
    Cache<Object> slots = caches.cache("free-slots", Object.class);
    slots.set(
        slots.key(user, hour, to),
        Map.of(
            "timeZone", "UTC",
            "from", hour.toString(),
            "to", to.toString(),
            "calendarSyncedAt", hour.toString(),
            "slots", List.of(begun, toCome)));

    assertThat(starts(tree(free("from=" + hour + "&to=" + to))))
        .containsExactly(to.minusSeconds(3600));
  }

  private HttpResponse<String> free(String query) throws Exception {
    return askAs(user, "GET", "/api/calendar/free-slots?" + query, null);
  }

  private Optional<Object> kept(Instant from, Instant to) {
    Cache<Object> slots = caches.cache("free-slots", Object.class);
    return slots.get(slots.key(user, from, to));
  }

  private UUID offer(String name, Instant start) {
    return rows.suggestion(
        user,
        rows.contact(user, name, "weekly", "2026-01-01T12:00:00Z"),
        start.toString(),
        start.plus(Duration.ofHours(1)).toString());
  }

  private static List<Instant> starts(JsonNode free) {
    return free.path("slots").findValuesAsText("start").stream()
        .map(start -> OffsetDateTime.parse(start).toInstant())
        .toList();
  }
}
