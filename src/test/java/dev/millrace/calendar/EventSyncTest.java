package dev.millrace.calendar;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.account.SyncStates;
import dev.millrace.job.SqlInstant;
import dev.millrace.job.WaitException;
import dev.millrace.sandbox.calendar.Calendars;
import dev.millrace.sandbox.calendar.EventDraft;
import dev.millrace.sandbox.calendar.EventTime;
import dev.millrace.sandbox.calendar.Recurrence;
import dev.millrace.sandbox.http.Fault;
import dev.millrace.sandbox.http.LoggedRequest;
import dev.millrace.sandbox.http.Service;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** How the copy of events follows the calendar, also when a run dies in the middle. */
class EventSyncTest {

  private static final Duration HOUR = Duration.ofHours(1);

  private final CalendarWorld it =
      new CalendarWorld(Map.of("millrace.calendar-sync.page-size", "3"));
  private final Calendars google = it.world.sandbox.calendars();

  @AfterEach
  void stop() {
    it.close();
  }

  @Test
  void shouldReadPageAfterPageAndStoreTheTokenWithTheLast() {
    IntStream.range(0, 14).forEach(i -> it.add("e" + i, Duration.ofHours(i + 1)));

    CalendarSyncResult result = it.sync("initial");

    assertThat(result.pages()).isEqualTo(5);
    assertThat(result.apiCalls()).isEqualTo(6);
    assertThat(it.rows()).isEqualTo(14);
    assertThat(it.text("SELECT sync_token FROM calendars")).isNotNull();
  }

  @Test
  void shouldRepeatTheWholeSpanAfterDyingOnThePageThreeOfFive() {
    IntStream.range(0, 14).forEach(i -> it.add("e" + i, Duration.ofHours(i + 1)));
    // the third page can neither be read now nor at the repetition within the run
    failPage(3);

    CalendarSyncResult died = it.sync("initial");

    assertThatThrownBy(() -> it.sync.settle(died)).hasMessageContaining("http_500");
    assertThat(it.rows()).isEqualTo(6);
    assertThat(it.text("SELECT sync_token FROM calendars")).isNull();

    CalendarSyncResult repeated = it.sync("initial", 1);

    assertThat(repeated.failure()).isNull();
    assertThat(repeated.pages()).isEqualTo(5);
    assertThat(repeated.upserted()).isEqualTo(8);
    assertThat(it.rows()).isEqualTo(14);
    assertThat(it.text("SELECT sync_token FROM calendars")).isNotNull();
  }

  @Test
  void shouldKeepTheOldTokenWhenAnIncrementalReadDies() {
    it.sync("initial");
    String token = it.text("SELECT sync_token FROM calendars");
    IntStream.range(0, 14).forEach(i -> it.add("e" + i, Duration.ofHours(i + 1)));
    failPage(3);

    CalendarSyncResult died = it.sync("scheduled");

    assertThat(died.failure()).isNotNull();
    assertThat(died.followUps().regenerations()).hasSize(1);
    assertThat(it.text("SELECT sync_token FROM calendars")).isEqualTo(token);
    assertThat(it.sync("scheduled", 1).incremental()).isOne();
    assertThat(it.rows()).isEqualTo(14);
  }

  @Test
  void shouldSendNothingForbiddenBesideAToken() {
    it.sync("initial");
    it.add("e", HOUR);
    it.sync("scheduled");

    List<LoggedRequest> asked =
        it.world.sandbox.requests().matching(r -> r.path().endsWith("/events"));
    assertThat(asked.get(0).query()).containsKeys("timeMin", "timeMax", "singleEvents");
    assertThat(asked.get(1).query().keySet())
        .containsExactlyInAnyOrder("syncToken", "singleEvents", "maxResults");
  }

  @Test
  void shouldReadFullyInTheSameRunWhenTheTokenIsTooOld() {
    String kept = it.add("kept", HOUR);
    String gone = it.add("gone", HOUR.multipliedBy(2));
    it.sync("initial");
    google.delete(it.person.email(), "primary", gone);
    google.update(it.person.email(), "primary", kept, draft -> draft.titled("kept and renamed"));
    google.expireSyncTokens(it.person.email(), "primary");

    CalendarSyncResult result = it.sync("scheduled");

    assertThat(result.failure()).isNull();
    assertThat(result.full()).isOne();
    assertThat(result.deleted()).isOne();
    assertThat(it.summaries()).containsExactly("kept and renamed");
    assertThat(it.world.counted("full.resync", "reason", "gone")).isOne();
    assertThat(it.sync("scheduled").incremental()).isOne();
  }

  @Test
  void shouldLeaveItToTheNextAttemptWhenGoogleRefusesTheFullReadAsWell() {
    it.sync("initial");
    it.world
        .sandbox
        .faults()
        .add(Fault.answer(Service.CALENDAR, 410, "").onPath("/events").times(2));

    CalendarSyncResult result = it.sync("scheduled");

    assertThatThrownBy(() -> it.sync.settle(result)).hasMessageContaining("gone_again");
    assertThat(it.text("SELECT sync_token FROM calendars")).isNull();
    assertThat(it.sync("scheduled", 1).full()).isOne();
  }

  @Test
  void shouldNotBlockTimeWithAMeetingThatWasCancelled() {
    String id = it.add("cancelled", HOUR);
    it.add("kept", HOUR.multipliedBy(2));
    it.sync("initial");
    google.delete(it.person.email(), "primary", id);

    CalendarSyncResult result = it.sync("webhook");

    assertThat(result.deleted()).isOne();
    assertThat(result.followUps().regenerations()).hasSize(1);
    assertThat(it.summaries()).containsExactly("kept");
  }

  @Test
  void shouldDeleteOneCancelledInstanceAndFollowAMovedOne() {
    ZonedDateTime start = it.now().plus(HOUR).atZone(it.person.zone());
    String series = weekly("series", start);
    it.sync("initial");
    int before = it.rows();
    google.cancelInstance(it.person.email(), "primary", series, EventTime.at(start.plusWeeks(1)));
    google.moveInstance(
        it.person.email(),
        "primary",
        series,
        EventTime.at(start.plusWeeks(2)),
        EventTime.at(start.plusWeeks(2).plusHours(3)));

    it.sync("webhook");

    assertThat(it.rows()).isEqualTo(before - 1);
    assertThat(starts())
        .doesNotContain(start.plusWeeks(1).toInstant(), start.plusWeeks(2).toInstant())
        .contains(start.plusWeeks(2).plusHours(3).toInstant());
  }

  @Test
  void shouldDeleteAWholeSeries() {
    String series = weekly("series", it.now().plus(HOUR).atZone(it.person.zone()));
    it.add("single", HOUR.multipliedBy(2));
    it.sync("initial");
    assertThat(it.rows()).isGreaterThan(15);
    google.delete(it.person.email(), "primary", series);

    it.sync("webhook");

    assertThat(it.summaries()).containsExactly("single");
  }

  @Test
  void shouldSweepWhatADeletedSeriesLeavesUnmentioned() {
    it.add("single", HOUR);
    it.sync("initial");
    // an instance that Google deleted without ever saying so
    it.world
        .jdbc
        .sql(
            """
            INSERT INTO calendar_events (calendar_id, google_event_id, user_id, summary, start_at,
                                         end_at, busy, generation)
            SELECT id, 'leftover', user_id, 'leftover', :at, :at, true, generation
            FROM calendars""")
        .param("at", it.now().plus(Duration.ofDays(5)).atOffset(ZoneOffset.UTC))
        .update();
    assertThat(it.sync("scheduled").incremental()).isOne();
    assertThat(it.summaries()).contains("leftover");

    it.world.clock.advance(Duration.ofDays(7));
    CalendarSyncResult weekly = it.sync("scheduled");

    assertThat(weekly.full()).isOne();
    assertThat(it.world.counted("full.resync", "reason", "age")).isOne();
    assertThat(it.summaries()).containsExactly("single");
  }

  @Test
  void shouldIgnoreTheFarInstancesOfAnEndlessSeries() {
    ZonedDateTime start = it.now().plus(HOUR).atZone(it.person.zone());
    String series = weekly("series", start);
    it.sync("initial");
    int before = it.rows();
    assertThat(before).isEqualTo(18);
    google.update(it.person.email(), "primary", series, draft -> draft.titled("renamed"));

    CalendarSyncResult result = it.sync("webhook");

    assertThat(result.pages()).isGreaterThan(200 / 3);
    assertThat(it.rows()).isEqualTo(before);
    assertThat(it.summaries()).containsOnly("renamed");
  }

  @Test
  void shouldFollowAnEventIntoTheWindowAndOutOfIt() {
    String far = it.add("far", Duration.ofDays(150));
    String near = it.add("near", Duration.ofDays(2));
    it.sync("initial");
    assertThat(it.summaries()).containsExactly("near");
    move(far, it.now().plus(Duration.ofDays(1)));
    move(near, it.now().plus(Duration.ofDays(200)));

    CalendarSyncResult result = it.sync("webhook");

    assertThat(it.summaries()).containsExactly("far");
    assertThat(result.deleted()).isOne();
    assertThat(result.followUps().regenerations()).hasSize(1);
  }

  @Test
  void shouldHaveAnEventOf119DaysAheadWhenItComesNear() {
    it.add("in four months", Duration.ofDays(119));
    it.add("beyond the first window", Duration.ofDays(125));
    it.sync("initial");
    for (int day = 0; day < 8; day++) {
      it.world.clock.advance(Duration.ofDays(1));
      assertThat(it.sync("scheduled").failure()).isNull();
    }
    assertThat(it.summaries()).containsExactly("in four months", "beyond the first window");

    it.world.clock.advance(Duration.ofDays(52));
    it.sync("scheduled");

    assertThat(it.summaries()).contains("in four months");
  }

  @Test
  void shouldReadFullyBeforeTheWindowIsUsedUp() {
    try (CalendarWorld patient =
        new CalendarWorld(Map.of("millrace.calendar-sync.full-every", "365d"))) {
      patient.sync("initial");
      patient.world.clock.advance(Duration.ofDays(60));
      assertThat(patient.sync("scheduled").incremental()).isOne();
      patient.add("new in the window", Duration.ofDays(119));
      patient.world.clock.advance(Duration.ofMinutes(1));

      assertThat(patient.sync("scheduled").full()).isOne();

      assertThat(patient.world.counted("full.resync", "reason", "window")).isOne();
      assertThat(patient.summaries()).containsExactly("new in the window");
    }
  }

  @Test
  void shouldReadFullyWhenTheQuestionChanged() {
    it.sync("initial");
    it.world.jdbc.sql("UPDATE calendars SET query_fingerprint = 'another'").update();

    assertThat(it.sync("scheduled").full()).isOne();

    assertThat(it.world.counted("full.resync", "reason", "query_changed")).isOne();
    assertThat(it.sync("scheduled").incremental()).isOne();
  }

  @Test
  void shouldStopAtTheNextPageWhenTheLeaseIsLost() {
    IntStream.range(0, 14).forEach(i -> it.add("e" + i, Duration.ofHours(i + 1)));
    it.sync("initial");
    it.world.clock.advance(Duration.ofDays(7));
    EventSync events = it.world.bean(EventSync.class);
    var calendars = it.world.bean(dev.millrace.calendar.Calendars.class);
    var connection =
        it.world.bean(dev.millrace.account.GoogleConnections.class).find(it.connection);
    var lost = it.world.bean(SyncStates.class).lease(it.connection, Duration.ofMinutes(1));
    it.world.clock.advance(Duration.ofMinutes(1));
    it.world.bean(SyncStates.class).lease(it.connection, Duration.ofMinutes(6));
    SyncProgress progress = new SyncProgress();

    assertThatThrownBy(
            () ->
                events.sync(
                    connection.orElseThrow(),
                    calendars.selected(it.connection).get(0),
                    lost,
                    progress))
        .isInstanceOfSatisfying(
            WaitException.class, e -> assertThat(e.reason()).isEqualTo("lease_lost"));

    assertThat(progress.pages()).isZero();
  }

  @Test
  void shouldGiveUpACalendarOfTooManyPagesAndTellTheOperator() {
    try (CalendarWorld small =
        new CalendarWorld(
            Map.of(
                "millrace.calendar-sync.page-size", "1",
                "millrace.calendar-sync.max-pages", "3"))) {
      IntStream.range(0, 5).forEach(i -> small.add("e" + i, Duration.ofHours(i + 1)));
      small.world.sandbox.calendars().create(small.person.email(), "second", "Second", zone());
      small.sync("initial");
      small.world.jdbc.sql("UPDATE calendars SET selected = true").update();

      CalendarSyncResult result = small.sync("scheduled");

      assertThat(result.failure()).isNull();
      assertThat(result.calendars()).isOne();
      assertThat(small.text("SELECT skip_reason FROM calendars WHERE is_primary"))
          .isEqualTo("unreadable");
      assertThat(small.text("SELECT kind FROM admin_alerts")).isEqualTo("calendar_unreadable");
    }
  }

  @Test
  void shouldTakeTheAlertBackOnceTheCalendarIsReadable() {
    it.add("kept", HOUR);
    it.sync("initial");
    it.world
        .jdbc
        .sql(
            """
            INSERT INTO admin_alerts (kind, dedup_key)
            SELECT 'calendar_unreadable', 'calendar_unreadable:' || id FROM calendars""")
        .update();

    it.sync("scheduled");

    assertThat(it.count("SELECT count(*) FROM admin_alerts WHERE closed_at IS NULL")).isZero();
  }

  @Test
  void shouldReadFullyWhenGoogleCallsTheTokenInvalidInsteadOfOld() {
    it.add("kept", HOUR);
    it.sync("initial");
    it.world
        .sandbox
        .faults()
        .add(
            Fault.answer(Service.CALENDAR, 400, "invalid")
                .onPath("/events")
                .withQuery("syncToken"));

    CalendarSyncResult result = it.sync("scheduled");

    assertThat(result.failure()).isNull();
    assertThat(result.full()).isOne();
    assertThat(it.world.counted("full.resync", "reason", "token_refused")).isOne();
    assertThat(it.sync("scheduled").incremental()).isOne();
  }

  @Test
  void shouldTryAgainWhenGoogleHangsUp() {
    it.add("kept", HOUR);
    // Java itself repeats a request whose old connection turned out to be closed
    it.world.sandbox.faults().add(Fault.cut(Service.CALENDAR).onPath("/events").times(5));

    CalendarSyncResult cut = it.sync("initial");

    assertThatThrownBy(() -> it.sync.settle(cut)).hasMessageContaining("io");
    it.world.sandbox.faults().clear();
    assertThat(it.count("SELECT failures FROM sync_state")).isOne();
    assertThat(it.sync("initial", 1).failure()).isNull();
    assertThat(it.count("SELECT failures FROM sync_state")).isZero();
  }

  @Test
  void shouldKeepATitleThatHoldsWhateverPeopleType() {
    it.add("naïve \"quotes\" {json} 📅 \u0000 '; DROP TABLE users; --", HOUR);

    it.sync("initial");

    assertThat(it.summaries())
        .containsExactly("naïve \"quotes\" {json} 📅  '; DROP TABLE users; --");
  }

  private void failPage(int number) {
    // pages after the first carry a page token; the ones before the failing one are let through
    for (int page = 2; page < number; page++) {
      it.world
          .sandbox
          .faults()
          .add(
              Fault.slow(Service.CALENDAR, Duration.ofMillis(1))
                  .onPath("/events")
                  .withQuery("pageToken"));
    }
    it.world
        .sandbox
        .faults()
        .add(Fault.serverError(Service.CALENDAR, 500).onPath("/events").withQuery("pageToken"));
  }

  private String weekly(String summary, ZonedDateTime start) {
    return google.add(
        it.person.email(),
        "primary",
        EventDraft.timed(summary, start, HOUR).repeating(Recurrence.weekly()));
  }

  private void move(String id, Instant to) {
    google.move(it.person.email(), "primary", id, EventTime.at(to.atZone(ZoneOffset.UTC)));
  }

  private static ZoneId zone() {
    return ZoneOffset.UTC;
  }

  private List<Instant> starts() {
    return it.world
        .jdbc
        .sql("SELECT start_at AS at FROM calendar_events ORDER BY start_at")
        .query((row, i) -> SqlInstant.read(row, "at"))
        .list();
  }
}
