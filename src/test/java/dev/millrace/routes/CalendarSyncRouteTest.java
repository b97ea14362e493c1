package dev.millrace.routes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.millrace.account.Integration;
import dev.millrace.queue.Job;
import dev.millrace.sandbox.SandboxUser;
import dev.millrace.sandbox.calendar.EventDraft;
import dev.millrace.sandbox.http.Fault;
import dev.millrace.sandbox.http.Service;
import java.time.Duration;
import java.time.ZonedDateTime;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** From a job in Redis to its return value and to the jobs that follow. */
class CalendarSyncRouteTest extends RunningMillrace {

  private final SandboxUser person = SANDBOX.users().get(7);

  private UUID user;
  private UUID connection;

  @BeforeEach
  void connect() {
    // one of the tests takes it away
    SANDBOX.grants().issue(person.email(), person.calendarScopes(), person.calendarRefreshToken());
    user = user(person);
    connection = connect(user, person, Integration.GOOGLE_CALENDAR);
  }

  @Test
  void shouldSyncAndStartWhatFollows() {
    event("standup", 1);

    String id = addSync(Map.of("userId", user.toString(), "trigger", "initial"), 1);

    Job job = ended("calendar-sync", id);
    assertThat(job.returnValue()).contains("\"calendars\":1", "\"full\":1");
    assertThat(job.returnValue()).doesNotContain("followUps", "failure", "skippedReason");
    awaitIdle();
    assertThat(added("suggestion-regeneration"))
        .containsExactly(
            json.valueToTree(Map.of("userId", user.toString(), "reason", "calendar_sync")));
    assertThat(offered("suggestion-regeneration")).isOne();
    assertThat(added("suggestion-generation"))
        .containsExactly(json.valueToTree(Map.of("userId", user.toString())));
    assertThat(offered("suggestion-generation")).isOne();
    assertThat(offered("webhook-renewal")).isOne();
    assertThat(offered("token-health-reminder")).isZero();
    awaitLedger("calendar-sync", id, "completed");
    // the new channel is followed by a sync of its own
    assertThat(
            jdbc.sql("SELECT job_id FROM sync_runs WHERE trigger <> 'renewal'")
                .query(String.class)
                .single())
        .isEqualTo(id);
  }

  @Test
  void shouldRemindOnceAndSkipTwiceWhenTheGrantIsDead() {
    SANDBOX.grants().revoke(person.email());

    String first = addSync(Map.of("userId", user.toString()), 5);
    Job ended = ended("calendar-sync", first);
    String second = addSync(Map.of("userId", user.toString()), 5);

    assertThat(ended.returnValue()).contains("\"skippedReason\":\"invalid_grant\"");
    assertThat(ended.attemptsMade()).isLessThanOrEqualTo(1);
    assertThat(ended("calendar-sync", second).returnValue())
        .contains("\"skippedReason\":\"needs_reauth\"");
    assertThat(added("token-health-reminder"))
        .containsExactly(json.valueToTree(Map.of("connectionId", connection.toString())));
    assertThat(offered("token-health-reminder")).isOne();
    awaitLedger("calendar-sync", first, "skipped invalid_grant");
    awaitLedger("calendar-sync", second, "skipped needs_reauth");
    assertThat(jdbc.sql("SELECT breaker FROM sync_state").query(String.class).single())
        .isEqualTo("closed");
    Map<String, String> dead = Map.of("connectionId", connection.toString());
    run("token-health-reminder", dead);
    run("token-health-reminder", dead);
    assertThat(jdbc.sql("SELECT kind FROM notices").query(String.class).list())
        .containsExactly("token_invalid");
    assertThat(
            jdbc.sql("SELECT channel || ' ' || purpose FROM outbound_messages")
                .query(String.class)
                .list())
        .containsExactly("email token_notice");
  }

  @Test
  void shouldReplaceTheChannelOfACalendarThatChangedWithoutAMessage() {
    ended("calendar-sync", addSync(Map.of("userId", user.toString(), "trigger", "initial"), 1));
    await()
        .untilAsserted(
            () ->
                assertThat(
                        jdbc.sql("SELECT count(*) FROM watch_channels WHERE state = 'active'")
                            .query(Integer.class)
                            .single())
                    .isOne());
    awaitIdle();
    jdbc.sql(
            """
            UPDATE watch_channels
            SET created_at = now() - interval '5 days', confirmed_at = now() - interval '5 days',
                last_message_at = now() - interval '3 days'""")
        .update();
    event("planned while the channel was deaf", 4);
    ended("calendar-sync", addSync(Map.of("userId", user.toString()), 1));
    jdbc.sql("UPDATE calendar_events SET google_updated = now() - interval '1 hour'").update();
    String channel = jdbc.sql("SELECT id FROM watch_channels").query(String.class).single();
    long before = offered("webhook-renewal");

    ended("calendar-sync", addSync(Map.of("userId", user.toString(), "trigger", "probe"), 1));

    assertThat(offered("webhook-renewal")).isEqualTo(before + 1);
    assertThat(added("webhook-renewal"))
        .extracting(data -> data.path("reason").asText())
        .contains("missed");
    await()
        .untilAsserted(
            () ->
                assertThat(
                        jdbc.sql("SELECT id FROM watch_channels WHERE state = 'active'")
                            .query(String.class)
                            .list())
                    .hasSize(1)
                    .doesNotContain(channel));
  }

  @Test
  void shouldPutTheJobOffForAsLongAsGoogleSays() {
    SANDBOX
        .faults()
        .add(Fault.tooManyRequests(Service.CALENDAR, Duration.ofSeconds(120)).onPath("/events"));

    String id = addSync(Map.of("userId", user.toString()), 5);

    await().until(() -> delayed("calendar-sync").contains(id));
    Job job = engine.queue("calendar-sync").find(id).join().orElseThrow();
    assertThat(job.attemptsMade()).isZero();
    assertThat(job.finishedOn()).isNull();
    awaitLedger("calendar-sync", id, "delayed rate_limited");
  }

  @Test
  void shouldSendWhatFollowsEvenIfTheRunFailsLater() {
    SANDBOX.calendars().create(person.email(), "work-" + user, "Work", person.zone());
    event("review", 2);
    String first = addSync(Map.of("userId", user.toString()), 1);
    ended("calendar-sync", first);
    awaitLedger("calendar-sync", first, "completed");
    // its follow-ups sync once more, and would run into what comes next
    awaitIdle();
    jdbc.sql("UPDATE calendars SET selected = true").update();
    event("call", 3);
    SANDBOX.faults().add(Fault.serverError(Service.CALENDAR, 503).onPath("/work-"));
    long before = offered("suggestion-regeneration");

    String second = addSync(Map.of("userId", user.toString()), 1);

    assertThat(ended("calendar-sync", second).failedReason()).contains("http_503");
    assertThat(offered("suggestion-regeneration")).isEqualTo(before + 1);
    awaitLedger("calendar-sync", second, "failed Google, events.list: http_503");
  }

  @Test
  void shouldFailAtOnceOnDataThatCannotBeRead() {
    String id = addSync(Map.of("userId", "seven"), 5);

    Job job = ended("calendar-sync", id);
    assertThat(job.failedReason()).contains("userId is no UUID");
    assertThat(job.attemptsMade()).isOne();
    awaitLedger("calendar-sync", id, "failed userId is no UUID: seven");
  }

  @Test
  void shouldAnswerAWiringTestWithoutAskingGoogle() {
    String id = addSync(Map.of("test", true), 1);

    assertThat(ended("calendar-sync", id).returnValue()).isEqualTo("{\"test\":true}");
    awaitLedger("calendar-sync", id, "completed test");
    assertThat(SANDBOX.requests().all()).isEmpty();
  }

  private void event(String summary, int days) {
    SANDBOX
        .calendars()
        .add(
            person.email(),
            "primary",
            EventDraft.timed(summary, ZonedDateTime.now().plusDays(days), Duration.ofHours(1)));
  }

  private String addSync(Map<String, ?> data, int attempts) {
    return add("bullmq:calendar-sync?attempts=" + attempts, data, Map.of());
  }
}
