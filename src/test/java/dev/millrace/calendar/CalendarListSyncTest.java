package dev.millrace.calendar;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.sandbox.calendar.EventDraft;
import dev.millrace.sandbox.http.Fault;
import dev.millrace.sandbox.http.Service;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Several calendars of one person: which are read, and what the trouble of one does to others. */
class CalendarListSyncTest {

  private final CalendarWorld it = new CalendarWorld(Map.of());
  private final dev.millrace.sandbox.calendar.Calendars google = it.world.sandbox.calendars();
  private final Calendars calendars = it.world.bean(Calendars.class);

  @AfterEach
  void stop() {
    it.close();
  }

  @Test
  void shouldListAllAndReadThePrimaryUnlessTheUserChose() {
    google.create(it.person.email(), "work", "Work", it.person.zone());
    add("work", "meeting");
    it.add("own", Duration.ofHours(1));

    it.sync("initial");

    assertThat(it.count("SELECT count(*) FROM calendars")).isEqualTo(2);
    assertThat(it.summaries()).containsExactly("own");
    calendars.select(id("work"));
    assertThat(it.sync("scheduled").calendars()).isEqualTo(2);
    assertThat(it.summaries()).containsExactlyInAnyOrder("own", "meeting");
  }

  @Test
  void shouldForgetACalendarThatIsGoneAndReviveItWhenItReturns() {
    google.create(it.person.email(), "work", "Work", it.person.zone());
    add("work", "meeting");
    it.sync("initial");
    calendars.select(id("work"));
    it.sync("scheduled");
    google.share(it.person.email(), "work", it.world.person(1).email());
    google.remove(it.person.email(), "work");

    CalendarSyncResult gone = it.sync("scheduled");

    assertThat(gone.deleted()).isOne();
    assertThat(gone.followUps().regenerations()).hasSize(1);
    assertThat(it.text("SELECT removed_at::text FROM calendars WHERE google_id = 'work'"))
        .isNotNull();
    assertThat(it.summaries()).isEmpty();

    google.share(it.world.person(1).email(), "work", it.person.email());
    assertThat(it.sync("scheduled").full()).isOne();
    assertThat(it.summaries()).containsExactly("meeting");
  }

  @Test
  void shouldForgetACalendarThatIsNotFoundBetweenTwoLists() {
    two();
    it.world.sandbox.faults().add(Fault.answer(Service.CALENDAR, 404, "").onPath("/work/events"));

    CalendarSyncResult result = it.sync("scheduled");

    assertThat(result.failure()).isNull();
    assertThat(result.calendars()).isOne();
    assertThat(it.summaries()).containsExactly("own");
  }

  @Test
  void shouldKeepWhatItHasOfACalendarThatIsForbiddenNow() {
    two();
    it.world
        .sandbox
        .faults()
        .add(Fault.answer(Service.CALENDAR, 403, "forbidden").onPath("/work/events"));

    CalendarSyncResult result = it.sync("scheduled");

    assertThat(result.failure()).isNull();
    assertThat(it.text("SELECT skip_reason FROM calendars WHERE google_id = 'work'"))
        .isEqualTo("forbidden");
    assertThat(it.summaries()).hasSize(2);
    it.sync("scheduled");
    assertThat(it.text("SELECT skip_reason FROM calendars WHERE google_id = 'work'")).isNull();
  }

  @Test
  void shouldKeepTheTokensOfTheCalendarsThatSucceeded() {
    two();
    add("work", "later");
    it.add("also own", Duration.ofHours(3));
    it.world.sandbox.faults().add(Fault.serverError(Service.CALENDAR, 503).onPath("/work/events"));

    CalendarSyncResult partial = it.sync("scheduled");

    assertThatThrownBy(() -> it.sync.settle(partial)).hasMessageContaining("http_503");
    assertThat(partial.calendars()).isOne();
    assertThat(partial.followUps().regenerations()).hasSize(1);
    assertThat(it.count("SELECT failures FROM sync_state")).isOne();
    CalendarSyncResult retried = it.sync("scheduled", 1);
    assertThat(retried.incremental()).isEqualTo(2);
    assertThat(retried.upserted()).isOne();
    assertThat(it.summaries()).contains("later", "also own");
  }

  @Test
  void shouldFailWhenGoogleRefusesOurQuestionForEveryCalendar() {
    two();
    it.world
        .sandbox
        .faults()
        .add(Fault.answer(Service.CALENDAR, 400, "badRequest").onPath("/events").times(4));

    CalendarSyncResult result = it.sync("scheduled");

    assertThatThrownBy(() -> it.sync.settle(result))
        .isInstanceOf(dev.millrace.job.PermanentException.class);
    assertThat(it.count("SELECT failures FROM sync_state")).isZero();
  }

  @Test
  void shouldStayBusyByTheSameMeetingInAnotherCalendarWhenOneIsDeselected() {
    String id = it.add("shared meeting", Duration.ofHours(1));
    google.create(it.person.email(), "work", "Work", it.person.zone());
    google.add(
        it.person.email(),
        "work",
        id,
        EventDraft.timed(
            "shared meeting",
            it.now().plusSeconds(3600).atZone(ZoneOffset.UTC),
            Duration.ofHours(1)));
    it.sync("initial");
    calendars.select(id("work"));
    it.sync("scheduled");
    assertThat(it.rows()).isEqualTo(2);

    calendars.deselect(id("work"));

    assertThat(it.count("SELECT count(*) FROM calendar_events WHERE busy")).isOne();
    it.sync("scheduled");
    assertThat(it.count("SELECT count(*) FROM calendar_events WHERE busy")).isOne();
    calendars.select(id("work"));
    assertThat(it.sync("scheduled").full()).isOne();
    assertThat(it.rows()).isEqualTo(2);
  }

  @Test
  void shouldMoveAllDayEventsWhenTheCalendarMovesToAnotherZone() {
    google.add(
        it.person.email(), "primary", EventDraft.allDay("off", LocalDate.of(2026, 3, 10), 1));
    it.sync("initial");
    assertThat(it.text("SELECT start_at::text FROM calendar_events"))
        .isEqualTo("2026-03-10 04:00:00+00");
    // as if the copy had been made before the calendar moved to New York
    it.world
        .jdbc
        .sql(
            """
            UPDATE calendars SET time_zone = 'Asia/Tokyo';
            UPDATE calendar_events SET start_at = '2026-03-09 15:00Z', end_at = '2026-03-10 15:00Z'""")
        .update();

    CalendarSyncResult result = it.sync("scheduled");

    assertThat(result.full()).isOne();
    assertThat(result.followUps().regenerations()).hasSize(1);
    assertThat(it.text("SELECT start_at::text FROM calendar_events"))
        .isEqualTo("2026-03-10 04:00:00+00");
  }

  @Test
  void shouldReadIdsThatHoldSigns() {
    google.createGenerated(
        it.person.email(),
        "en.usa#holiday+x@group.v.calendar.google.com",
        "Holidays",
        ZoneOffset.UTC);
    it.sync("initial");
    calendars.select(id("en.usa#holiday+x@group.v.calendar.google.com"));

    assertThat(it.sync("scheduled").calendars()).isEqualTo(2);
  }

  private void two() {
    google.create(it.person.email(), "work", "Work", it.person.zone());
    add("work", "meeting");
    it.add("own", Duration.ofHours(1));
    it.sync("initial");
    calendars.select(id("work"));
    it.sync("scheduled");
    assertThat(it.rows()).isEqualTo(2);
  }

  private void add(String calendar, String summary) {
    google.add(
        it.person.email(),
        calendar,
        EventDraft.timed(
            summary,
            it.now().plus(Duration.ofHours(2)).atZone(ZoneOffset.UTC),
            Duration.ofHours(1)));
  }

  private UUID id(String googleId) {
    List<UUID> ids =
        it.world
            .jdbc
            .sql("SELECT id FROM calendars WHERE google_id = :id")
            .param("id", googleId)
            .query(UUID.class)
            .list();
    return ids.get(0);
  }
}
