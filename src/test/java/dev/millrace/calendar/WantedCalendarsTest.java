package dev.millrace.calendar;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.job.PermanentException;
import dev.millrace.job.SqlInstant;
import dev.millrace.sandbox.calendar.EventDraft;
import dev.millrace.sandbox.http.Fault;
import dev.millrace.sandbox.http.LoggedRequest;
import dev.millrace.sandbox.http.Service;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A push, a new channel or a probe is about one calendar: the others cost no request. */
class WantedCalendarsTest {

  private final CalendarWorld it = new CalendarWorld(Map.of());

  @BeforeEach
  void threeCalendars() {
    for (String id : List.of("home", "work")) {
      it.world.sandbox.calendars().create(it.person.email(), id, id, ZoneOffset.UTC);
    }
    it.sync("initial");
    it.world.jdbc.sql("UPDATE calendars SET selected = true").update();
    it.sync("manual");
    it.world.sandbox.requests().clear();
  }

  @AfterEach
  void stop() {
    it.close();
  }

  @Test
  void shouldSpendOneRequestOnAPushAboutTenChanges() {
    IntStream.range(0, 10).forEach(i -> add("work", "e" + i));
    want("work");

    CalendarSyncResult result = push("work");

    assertThat(result.upserted()).isEqualTo(10);
    assertThat(result.apiCalls()).isOne();
    assertThat(asked()).containsExactly("/calendar/v3/calendars/work/events");
    assertThat(wanted("work")).isNull();
  }

  @ParameterizedTest
  @ValueSource(strings = {"webhook", "renewal", "probe"})
  void shouldReadAllThatIsWantedThoughTheJobNamesTheLastOneOnly(String trigger) {
    add("home", "at home");
    add("work", "at work");
    it.add("own", Duration.ofHours(5));
    want("home");
    want("work");

    CalendarSyncResult result = run(trigger, "work");

    assertThat(result.calendars()).isEqualTo(2);
    assertThat(it.summaries()).containsExactlyInAnyOrder("at home", "at work");
    assertThat(wanted("home")).isNull();
    assertThat(wanted("work")).isNull();
    // the push about the third comes, or the next scheduled run reads it
    it.sync("scheduled");
    assertThat(it.summaries()).contains("own");
  }

  @Test
  void shouldReadEverythingWhenNobodyKnowsWhatThePushWasAbout() {
    add("home", "at home");
    it.add("own", Duration.ofHours(5));

    CalendarSyncResult result = it.sync("webhook");

    assertThat(result.calendars()).isEqualTo(3);
    assertThat(it.summaries()).containsExactlyInAnyOrder("at home", "own");
  }

  @ParameterizedTest
  @ValueSource(strings = {"scheduled", "manual", "initial", "reconnect"})
  void shouldReadEverythingForAllOtherTriggers(String trigger) {
    add("home", "at home");
    want("work");

    assertThat(it.sync(trigger).calendars()).isEqualTo(3);

    assertThat(it.summaries()).containsExactly("at home");
    assertThat(wanted("work")).isNull();
  }

  @Test
  void shouldNotLoseAPushThatArrivesWhileItsCalendarIsRead() {
    want("work");
    Calendar before = calendar("work");
    it.world.clock.advance(Duration.ofSeconds(1));
    want("work");

    it.world.bean(Calendars.class).read(before, "the token of a page read before the second push");

    assertThat(wanted("work")).isEqualTo(it.now());
    it.world.bean(Calendars.class).read(calendar("work"), "of one read after it");
    assertThat(wanted("work")).isNull();
  }

  @Test
  void shouldTryAgainWhatWasWantedWhenGoogleFailed() {
    add("work", "at work");
    want("work");
    it.world.sandbox.faults().add(Fault.serverError(Service.CALENDAR, 503).onPath("/work/"));

    assertThat(push("work").failure()).isNotNull();
    assertThat(wanted("work")).isNotNull();
    assertThat(push("home").calendars()).isEqualTo(2);

    assertThat(it.summaries()).containsExactly("at work");
  }

  @Test
  void shouldNotPutOffTheCalendarsWithoutPushWhileAnotherIsPushedAllTheTime() {
    Instant planned = it.instant("SELECT next_sync_at AS at FROM sync_state");
    Instant complete = it.instant("SELECT last_success_at AS at FROM sync_state");
    for (int i = 0; i < 5; i++) {
      it.world.clock.advance(Duration.ofMinutes(20));
      add("work", "e" + i);
      want("work");
      push("work");
    }

    assertThat(it.instant("SELECT next_sync_at AS at FROM sync_state")).isBeforeOrEqualTo(planned);
    assertThat(it.instant("SELECT last_success_at AS at FROM sync_state")).isEqualTo(complete);
  }

  @Test
  void shouldStillPollTheOthersWhileAnUnreadableCalendarIsPushedAllTheTime() {
    Instant planned = it.instant("SELECT next_sync_at AS at FROM sync_state");
    it.world.clock.advance(Duration.ofMinutes(20));
    it.world
        .sandbox
        .faults()
        .add(Fault.answer(Service.CALENDAR, 400, "bad").onPath("/work/").times(9));
    want("work");

    assertThat(push("work").failure()).isInstanceOf(PermanentException.class);

    assertThat(it.instant("SELECT next_sync_at AS at FROM sync_state")).isEqualTo(planned);
  }

  @Test
  void shouldReadTheListOnceADayEvenIfThereAreOnlyPushes() {
    it.world.clock.advance(Duration.ofHours(25));
    want("work");

    push("work");
    push("work");

    assertThat(asked())
        .containsExactly(
            "/calendar/v3/users/me/calendarList",
            "/calendar/v3/calendars/work/events",
            "/calendar/v3/calendars/work/events");
  }

  @Test
  void shouldAskNothingForALatePushAboutADeselectedCalendar() {
    it.world.bean(Calendars.class).deselect(id("work"));

    assertThat(push("work").skippedReason()).isEqualTo("nothing_wanted");
    assertThat(asked()).isEmpty();
  }

  @Test
  void shouldNotAskForAForbiddenCalendarAgainAtEachPushAboutAnother() {
    want("work");
    it.world
        .sandbox
        .faults()
        .add(Fault.answer(Service.CALENDAR, 403, "forbidden").onPath("/work/").times(9));
    push("work");
    it.world.sandbox.requests().clear();

    push("home");

    assertThat(asked()).containsExactly("/calendar/v3/calendars/home/events");
  }

  private CalendarSyncResult push(String calendar) {
    return run("webhook", calendar);
  }

  private CalendarSyncResult run(String trigger, String calendar) {
    return it.sync.run(
        Map.of(
            "userId", it.user.toString(),
            "calendarId", id(calendar).toString(),
            "trigger", trigger),
        "job",
        0);
  }

  private void add(String calendar, String summary) {
    it.world
        .sandbox
        .calendars()
        .add(
            it.person.email(),
            calendar,
            EventDraft.timed(
                summary,
                it.now().plus(Duration.ofHours(3)).atZone(ZoneOffset.UTC),
                Duration.ofHours(1)));
  }

  private void want(String calendar) {
    it.world
        .jdbc
        .sql("UPDATE calendars SET wanted_at = :now WHERE id = :id")
        .param("now", SqlInstant.of(it.now()))
        .param("id", id(calendar))
        .update();
  }

  private Instant wanted(String calendar) {
    return it.instant(
        "SELECT wanted_at AS at FROM calendars WHERE google_id = '%s'".formatted(calendar));
  }

  private Calendar calendar(String name) {
    return it.world.bean(Calendars.class).selected(it.connection).stream()
        .filter(calendar -> calendar.googleId().equals(name))
        .findFirst()
        .orElseThrow();
  }

  private UUID id(String calendar) {
    return it.world
        .jdbc
        .sql("SELECT id FROM calendars WHERE google_id = :name")
        .param("name", calendar)
        .query(UUID.class)
        .single();
  }

  private List<String> asked() {
    return it.world.sandbox.requests().matching(r -> r.service() == Service.CALENDAR).stream()
        .map(LoggedRequest::path)
        .toList();
  }
}
