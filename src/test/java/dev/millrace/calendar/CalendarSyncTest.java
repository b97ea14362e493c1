package dev.millrace.calendar;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.millrace.account.GoogleConnection;
import dev.millrace.account.GoogleConnections;
import dev.millrace.account.Lease;
import dev.millrace.account.SyncStates;
import dev.millrace.job.PermanentException;
import dev.millrace.job.SqlInstant;
import dev.millrace.job.WaitException;
import dev.millrace.sandbox.calendar.EventDraft;
import dev.millrace.sandbox.google.Scopes;
import dev.millrace.sandbox.http.Fault;
import dev.millrace.sandbox.http.LoggedRequest;
import dev.millrace.sandbox.http.Service;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Whether a sync runs, how it ends, and what follows from it. */
class CalendarSyncTest {

  private final CalendarWorld it = new CalendarWorld(Map.of());

  @AfterEach
  void stop() {
    it.close();
  }

  @Test
  void shouldNotTakeTheWeeklyFullReadOfAQuietCalendarForAChange() {
    it.add("ends before the window begins", Duration.ofDays(-10));
    it.add("within the window", Duration.ofDays(3));
    it.add("enters the window", Duration.ofDays(123));
    it.sync("initial");
    it.world.clock.advance(Duration.ofDays(8));

    CalendarSyncResult result = it.sync("scheduled");

    assertThat(result.upserted()).isOne();
    assertThat(result.deleted()).isOne();
    assertThat(it.count("SELECT no_change_runs FROM sync_state")).isOne();
    it.world.clock.advance(Duration.ofDays(8));
    it.add("planned", Duration.ofDays(3));
    it.sync("scheduled");
    assertThat(it.count("SELECT no_change_runs FROM sync_state")).isZero();
  }

  @Test
  void shouldCopyTheCalendarAndThenOnlyWhatChanged() {
    it.add("standup", Duration.ofHours(20));
    it.add("dentist", Duration.ofDays(3));

    CalendarSyncResult first = it.sync("initial");
    CalendarSyncResult second = it.sync("scheduled");
    it.add("lunch", Duration.ofDays(1));
    CalendarSyncResult third = it.sync("webhook");

    assertThat(first.full()).isOne();
    assertThat(first.upserted()).isEqualTo(2);
    assertThat(second.incremental()).isOne();
    assertThat(second.upserted()).isZero();
    assertThat(third.upserted()).isOne();
    assertThat(it.summaries()).containsExactly("standup", "lunch", "dentist");
    assertThat(it.runs())
        .containsExactly(
            "initial full success", "scheduled incremental success", "webhook incremental success");
    assertThat(it.text("SELECT time_zone FROM calendars")).isEqualTo(it.person.zone().getId());
  }

  @Test
  void shouldOnlyReadAtGoogle() {
    it.add("standup", Duration.ofHours(20));
    it.sync("initial");

    assertThat(it.world.sandbox.requests().matching(r -> r.service() == Service.CALENDAR))
        .extracting(LoggedRequest::method)
        .containsOnly("GET");
  }

  @Test
  void shouldSkipAUserWithoutConnection() {
    Map<String, Object> stranger = Map.of("userId", UUID.randomUUID().toString());

    assertThat(it.sync.run(stranger, "job", 0).skippedReason()).isEqualTo("not_connected");
    it.world.jdbc.sql("UPDATE google_connections SET status = 'disconnected'").update();
    assertThat(it.sync("manual").skippedReason()).isEqualTo("not_connected");
    assertThat(it.world.sandbox.requests().all()).isEmpty();
  }

  @Test
  void shouldRefuseDataThatCannotBeRead() {
    assertThatThrownBy(() -> it.sync.run(Map.of(), "job", 0))
        .isInstanceOf(PermanentException.class)
        .hasMessageContaining("userId");
    assertThatThrownBy(() -> it.sync.run(null, "job", 0)).isInstanceOf(PermanentException.class);
    assertThatThrownBy(() -> it.sync.run(Map.of("userId", "seven"), "job", 0))
        .isInstanceOf(PermanentException.class)
        .hasMessageContaining("seven");
    assertThatThrownBy(() -> it.sync("yearly"))
        .isInstanceOf(PermanentException.class)
        .hasMessageContaining("yearly");
  }

  @Test
  void shouldSkipTwiceAndRemindOnceWhenTheGrantWasRevoked() {
    it.add("standup", Duration.ofHours(20));
    it.sync("initial");
    it.world.sandbox.grants().revoke(it.person.email());
    it.world.clock.advance(Duration.ofHours(2));

    CalendarSyncResult first = it.sync("scheduled");
    CalendarSyncResult second = it.sync("scheduled");

    assertThat(it.sync.settle(first)).isSameAs(first);
    assertThat(first.skippedReason()).isEqualTo("invalid_grant");
    assertThat(first.followUps().reminders())
        .containsExactly(Map.of("connectionId", it.connection.toString()));
    assertThat(second.skippedReason()).isEqualTo("needs_reauth");
    assertThat(second.followUps()).isEqualTo(FollowUps.NONE);
    assertThat(it.runs())
        .endsWith("scheduled none skipped invalid_grant", "scheduled none skipped needs_reauth");
    assertThat(it.text("SELECT breaker FROM sync_state")).isEqualTo("closed");
    assertThat(it.count("SELECT failures FROM sync_state")).isZero();
    assertThat(it.summaries()).containsExactly("standup");
  }

  @Test
  void shouldAskTheUserBackWhenTheScopeIsGone() {
    it.sync("initial");
    it.world
        .sandbox
        .grants()
        .setScopes(it.person.calendarRefreshToken(), Set.of(Scopes.CONTACTS_READONLY));

    CalendarSyncResult result = it.sync("scheduled");

    assertThat(result.skippedReason()).isEqualTo("scope_missing");
    assertThat(result.followUps().reminders()).hasSize(1);
    assertThat(it.world.status(it.connection)).isEqualTo("needs_reauth");
  }

  @Test
  void shouldWaitAsLongAsGoogleSaysAndCountNothing() {
    it.sync("initial");
    it.world
        .sandbox
        .faults()
        .add(Fault.tooManyRequests(Service.CALENDAR, Duration.ofSeconds(120)).onPath("/events"));

    CalendarSyncResult result = it.sync("scheduled");

    assertThatThrownBy(() -> it.sync.settle(result))
        .isInstanceOfSatisfying(
            WaitException.class, e -> assertThat(e.until()).isEqualTo(it.now().plusSeconds(120)));
    assertThat(it.runs()).hasSize(1);
    assertThat(it.count("SELECT failures FROM sync_state")).isZero();
    assertThat(it.text("SELECT lease_owner FROM sync_state")).isNull();
    assertThat(it.sync("scheduled").failure()).isNull();
  }

  @Test
  void shouldWaitWhileTheConnectionIsSyncedElsewhere() {
    it.sync("initial");
    Lease elsewhere = it.world.bean(SyncStates.class).lease(it.connection, Duration.ofMinutes(6));

    assertThatThrownBy(() -> it.sync("webhook"))
        .isInstanceOfSatisfying(
            WaitException.class, e -> assertThat(e.reason()).isEqualTo("lease_held"));

    elsewhere.close();
    assertThat(it.sync("webhook").failure()).isNull();
  }

  @Test
  void shouldCountAJobOnceAgainstTheBreakerWhateverItsAttempts() {
    it.sync("initial");
    it.world.sandbox.faults().add(Fault.serverError(Service.CALENDAR, 503).times(100));

    for (int attempt = 0; attempt < 5; attempt++) {
      CalendarSyncResult result = it.sync("scheduled", attempt);
      assertThatThrownBy(() -> it.sync.settle(result)).hasMessageContaining("http_503");
    }

    assertThat(it.count("SELECT failures FROM sync_state")).isOne();
    it.sync("scheduled");
    it.sync("scheduled");
    assertThat(it.text("SELECT breaker FROM sync_state")).isEqualTo("open");
    long asked = it.world.sandbox.requests().count(Service.CALENDAR);
    assertThat(it.sync("webhook").skippedReason()).isEqualTo("breaker_open");
    assertThat(it.world.sandbox.requests().count(Service.CALENDAR)).isEqualTo(asked);
    assertThat(it.runs())
        .endsWith("scheduled none failure http_503", "webhook none skipped breaker_open");
  }

  @Test
  void shouldPassTheBreakerForAUserWhoLooksOnAndCloseItAgain() {
    it.sync("initial");
    it.world.sandbox.faults().add(Fault.serverError(Service.CALENDAR, 503).times(3));
    for (int i = 0; i < 3; i++) {
      it.sync("scheduled");
    }
    assertThat(it.text("SELECT breaker FROM sync_state")).isEqualTo("open");

    assertThat(it.sync("manual").failure()).isNull();

    assertThat(it.text("SELECT breaker FROM sync_state")).isEqualTo("closed");
    assertThat(it.sync("scheduled").skippedReason()).isNull();
  }

  @Test
  void shouldTryOnceMoreAfterA401AndSkipAfterTheSecond() {
    it.sync("initial");
    it.world.sandbox.faults().add(Fault.unauthorized(Service.CALENDAR).onPath("/events").times(4));

    CalendarSyncResult first = it.sync("scheduled");
    CalendarSyncResult second = it.sync("scheduled", 1);

    assertThatThrownBy(() -> it.sync.settle(first)).hasMessageContaining("401");
    assertThat(second.skippedReason()).isEqualTo("http_401");
    assertThat(it.sync("scheduled").skippedReason()).isNull();
  }

  @Test
  void shouldFailForGoodAndAlertWhenGoogleDoesNotAcceptThisApplication() {
    it.world.sandbox.faults().add(Fault.answer(Service.OAUTH, 401, "invalid_client"));

    CalendarSyncResult result = it.sync("initial");

    assertThatThrownBy(() -> it.sync.settle(result)).isInstanceOf(PermanentException.class);
    assertThat(it.text("SELECT kind FROM admin_alerts")).isEqualTo("oauth_client_broken");
    assertThat(it.world.status(it.connection)).isEqualTo("active");
    assertThat(it.count("SELECT failures FROM sync_state")).isZero();
  }

  @Test
  void shouldAskGoogleTwiceAndNotInACircleWhenItRefusesEveryToken() {
    it.sync("initial");
    it.world.sandbox.requests().clear();
    it.world.sandbox.faults().add(Fault.unauthorized(Service.CALENDAR).times(50));

    CalendarSyncResult first = it.sync("scheduled");
    CalendarSyncResult second = it.sync("scheduled", 1);

    assertThat(first.failure()).isNotNull();
    assertThat(second.skippedReason()).isEqualTo("http_401");
    assertThat(it.world.sandbox.requests().count(Service.CALENDAR)).isEqualTo(4);
    assertThat(it.world.sandbox.requests().count(Service.OAUTH)).isEqualTo(2);
    assertThat(it.world.status(it.connection)).isEqualTo("active");
    assertThat(it.sync("scheduled").failure()).as("the next job's own first attempt").isNotNull();
  }

  @Test
  void shouldKeepCalendarsSyncingLongAfterTheAccessTokenExpired() {
    it.sync("initial");
    for (int hour = 0; hour < 30; hour++) {
      it.world.clock.advance(Duration.ofHours(1));
      it.add("event of hour " + hour, Duration.ofDays(2));
      assertThat(it.sync("scheduled").upserted()).isOne();
    }
    assertThat(it.rows()).isEqualTo(30);
    assertThat(it.world.status(it.connection)).isEqualTo("active");
  }

  @Test
  void shouldComeBackAtTheUsualTimeAndNotAtOnceAfterAFailureForGood() {
    it.sync("initial");
    it.world.clock.advance(Duration.ofHours(30));
    it.world
        .sandbox
        .faults()
        .add(Fault.answer(Service.CALENDAR, 403, "accessNotConfigured").times(9));

    CalendarSyncResult result = it.sync("scheduled");

    assertThatThrownBy(() -> it.sync.settle(result)).isInstanceOf(PermanentException.class);
    assertThat(it.text("SELECT kind FROM admin_alerts")).isEqualTo("google_api_disabled");
    assertThat(it.instant("SELECT next_sync_at AS at FROM sync_state"))
        .isBetween(it.now().plus(Duration.ofHours(3)), it.now().plus(Duration.ofHours(5)));
    assertThat(it.count("SELECT failures FROM sync_state")).isZero();

    it.world.sandbox.faults().clear();
    it.sync("scheduled");
    assertThat(it.text("SELECT dedup_key || ' ' || (closed_at IS NOT NULL) FROM admin_alerts"))
        .isEqualTo("google_api_disabled:calendar true");
  }

  /** The user asks while the last page is on its way; the running sync must not answer for it. */
  @Test
  void shouldReadEverythingForAUserWhoAskedForThatWhileASyncRan() {
    it.add("standup", Duration.ofHours(20));
    it.sync("initial");
    it.add("dentist", Duration.ofDays(3));
    Calendars calendars = it.world.bean(Calendars.class);
    SyncStates states = it.world.bean(SyncStates.class);
    GoogleConnection connection =
        it.world.bean(GoogleConnections.class).find(it.connection).orElseThrow();
    try (Lease running = states.lease(it.connection, Duration.ofMinutes(6))) {
      Calendar before = calendars.selected(it.connection).getFirst();

      calendars.readAnew(it.connection);

      EventSync events = it.world.bean(EventSync.class);
      SyncProgress progress = new SyncProgress();
      assertThatThrownBy(() -> events.sync(connection, before, running, progress))
          .isInstanceOfSatisfying(
              WaitException.class, e -> assertThat(e.reason()).isEqualTo("lease_lost"));
    }

    assertThat(it.instant("SELECT next_sync_at AS at FROM sync_state"))
        .as("found by the clock, should the job not be added")
        .isEqualTo(it.now());
    assertThat(it.sync("manual").full()).isOne();
    assertThat(it.summaries()).containsExactly("standup", "dentist");
  }

  @Test
  void shouldStayFreshByPollingWhileNoChannelCanBeOpenedForEightDays() {
    it.sync("initial");
    Duration oldest = Duration.ZERO;
    java.time.Instant end = it.now().plus(Duration.ofDays(8));
    while (it.now().isBefore(end)) {
      java.time.Instant last = it.instant("SELECT last_success_at AS at FROM sync_state");
      java.time.Instant due = it.instant("SELECT next_sync_at AS at FROM sync_state");
      // adaptive-sync looks every quarter of an hour and spreads over ten minutes
      it.world.clock.advance(Duration.between(it.now(), due).plusMinutes(25));
      Duration age = Duration.between(last, it.now());
      oldest = age.compareTo(oldest) > 0 ? age : oldest;
      it.add("something every time " + it.now(), Duration.ofDays(3));
      assertThat(it.sync("scheduled").followUps().renewals()).hasSize(1);
    }
    assertThat(oldest).isLessThan(Duration.ofHours(4 + 1));
    assertThat(it.count("SELECT interval_s FROM sync_state")).isEqualTo(4 * 3600);
  }

  @Test
  void shouldReadTheListOnceADayForPushes() {
    it.sync("initial");
    Map<String, Object> push =
        Map.of(
            "userId", it.user.toString(),
            "calendarId", it.primary().toString(),
            "trigger", "webhook");

    it.sync.run(push, "job", 0);
    assertThat(it.world.sandbox.requests().count(Service.CALENDAR, "calendarList")).isOne();

    it.world.clock.advance(Duration.ofHours(25));
    it.sync.run(push, "job", 0);
    it.sync("scheduled");
    assertThat(it.world.sandbox.requests().count(Service.CALENDAR, "calendarList")).isEqualTo(3);
  }

  @Test
  void shouldFollowUpTheFirstSuccessOnceAndBusyTimeWithinAMonthAlways() {
    it.add("standup", Duration.ofHours(20));

    FollowUps first = it.sync("initial").followUps();
    FollowUps quiet = it.sync("scheduled").followUps();
    it.add("far away", Duration.ofDays(31));
    FollowUps far = it.sync("scheduled").followUps();
    it.add("soon", Duration.ofDays(29));
    FollowUps soon = it.sync("scheduled").followUps();

    Map<String, String> regenerate =
        Map.of("userId", it.user.toString(), "reason", "calendar_sync");
    assertThat(first.generations()).containsExactly(Map.of("userId", it.user.toString()));
    assertThat(first.regenerations()).containsExactly(regenerate);
    assertThat(quiet.generations()).isEmpty();
    assertThat(quiet.regenerations()).isEmpty();
    assertThat(far.regenerations()).isEmpty();
    assertThat(soon.regenerations()).containsExactly(regenerate);
  }

  @Test
  void shouldNotCallARenamedMeetingAChangeOfBusyTime() {
    String id = it.add("standup", Duration.ofHours(20));
    it.sync("initial");
    it.world
        .sandbox
        .calendars()
        .update(it.person.email(), "primary", id, draft -> draft.titled("renamed"));

    CalendarSyncResult renamed = it.sync("webhook");
    it.world.sandbox.calendars().update(it.person.email(), "primary", id, EventDraft::transparent);
    CalendarSyncResult freed = it.sync("webhook");

    assertThat(renamed.upserted()).isOne();
    assertThat(renamed.followUps().regenerations()).isEmpty();
    assertThat(freed.followUps().regenerations()).hasSize(1);
  }

  @Test
  void shouldAskForAChannelUntilThereIsALiveOne() {
    CalendarSyncResult first = it.sync("initial");
    CalendarSyncResult second = it.sync("scheduled");

    String calendar = it.primary().toString();
    assertThat(first.followUps().renewals())
        .containsExactly(List.of(Map.of("calendarId", calendar, "reason", "connect")));
    assertThat(second.followUps().renewals())
        .containsExactly(List.of(Map.of("calendarId", calendar, "reason", "missing")));
    channel("active", Duration.ofDays(7));
    assertThat(it.sync("scheduled").followUps().renewals()).isEmpty();
    it.world.clock.advance(Duration.ofDays(7));
    assertThat(it.sync("scheduled").followUps().renewals()).hasSize(1);
    it.world.jdbc.sql("UPDATE calendars SET push_unsupported = true").update();
    assertThat(it.sync("scheduled").followUps().renewals()).isEmpty();
  }

  @Test
  void shouldAskForNoChannelWhereGoogleCannotDeliver() {
    try (CalendarWorld local =
        new CalendarWorld(Map.of("app.public-base-url", "http://localhost:8080"))) {
      assertThat(local.sync("initial").followUps().renewals()).isEmpty();
    }
  }

  @Test
  void shouldPollRarelyOnceAChannelIsConfirmed() {
    it.sync("initial");
    it.world.clock.advance(Duration.ofHours(30));
    channel("active", Duration.ofDays(7));
    it.sync("scheduled");
    assertThat(it.count("SELECT interval_s FROM sync_state")).isEqualTo(12 * 3600);
  }

  @Test
  void shouldAnswerCountsAloneAsTheReturnValue() throws Exception {
    it.add("standup", Duration.ofHours(20));
    ObjectMapper json = new ObjectMapper();

    assertThat(json.readTree(json.writeValueAsString(it.sync("initial"))))
        .isEqualTo(
            json.readTree(
                """
                {"calendars":1,"full":1,"incremental":0,"upserted":1,"deleted":0,"pages":1,
                 "apiCalls":2}"""));
    assertThat(json.writeValueAsString(CalendarSyncResult.skipped("needs_reauth")))
        .contains("\"skippedReason\":\"needs_reauth\"");
  }

  @Test
  void shouldCountRunsAndFullReads() {
    it.sync("initial");
    it.sync("scheduled");

    assertThat(
            it.world.counted(
                "sync.runs",
                "integration",
                "google_calendar",
                "trigger",
                "scheduled",
                "result",
                "success"))
        .isOne();
    assertThat(it.world.counted("full.resync", "reason", "initial")).isOne();
  }

  private void channel(String state, Duration lives) {
    it.world
        .jdbc
        .sql(
            """
            INSERT INTO watch_channels (id, calendar_id, token_sha256, state, expires_at,
                                        confirmed_at)
            VALUES (gen_random_uuid(), :calendar, '\\x00', :state, :expires, now())""")
        .param("calendar", it.primary())
        .param("state", state)
        .param("expires", SqlInstant.of(it.now().plus(lives)))
        .update();
  }
}
