package dev.millrace.routes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.job.SqlInstant;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.TimeZone;
import java.util.TreeMap;
import java.util.UUID;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.Route;
import org.apache.camel.component.quartz.QuartzComponent;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.quartz.CronTrigger;
import org.quartz.Scheduler;
import org.quartz.TriggerKey;
import org.quartz.impl.matchers.GroupMatcher;
import org.springframework.beans.factory.annotation.Autowired;

class ScheduleRouteTest extends RunningMillrace {

  @Autowired CamelContext camel;
  @Autowired MeterRegistry meters;

  @Test
  void shouldFireEachJobAtItsMinutesInUtc() throws Exception {
    Scheduler scheduler = camel.getComponent("quartz", QuartzComponent.class).getScheduler();
    assertThat(scheduler.isStarted()).as("fires only what a test asks for").isFalse();
    Map<String, String> crons = new TreeMap<>();
    for (TriggerKey key : scheduler.getTriggerKeys(GroupMatcher.anyGroup())) {
      CronTrigger trigger = (CronTrigger) scheduler.getTrigger(key);
      assertThat(trigger.getTimeZone()).isEqualTo(TimeZone.getTimeZone("UTC"));
      assertThat(trigger.getMisfireInstruction())
          .isEqualTo(CronTrigger.MISFIRE_INSTRUCTION_FIRE_ONCE_NOW);
      crons.put(key.getName(), trigger.getCronExpression());
    }

    assertThat(crons)
        .containsExactlyInAnyOrderEntriesOf(
            Map.of(
                "token-refresh", "0 7 * * * ?",
                "notification-reminder", "0 11 * * * ?",
                "webhook-renewal", "0 23 * * * ?",
                "token-health-reminder", "0 41 * * * ?",
                "webhook-health-check", "0 37 5,17 * * ?",
                "suggestion-generation", "0 17 0/6 * * ?",
                "adaptive-sync-calendar", "0 0/15 * * * ?",
                "adaptive-sync-contacts", "0 5/15 * * * ?",
                "batch-notifications", "0 * * * * ?"));
  }

  @ParameterizedTest
  @CsvSource({
    "token-refresh, token-refresh",
    "notification-reminder, notification-reminder",
    "webhook-renewal, webhook-renewal",
    "token-health-reminder, token-health-reminder",
    "webhook-health-check, webhook-health-check",
    "suggestion-generation, suggestion-generation",
    "adaptive-sync-calendar, adaptive-sync",
    "adaptive-sync-contacts, adaptive-sync",
  })
  void shouldAddOneJobForASlotHoweverManyReplicasFire(String schedule, String queue)
      throws Exception {
    everythingIsDue();
    // planned for 14:07; one replica fires on time, another a little late
    Date slot = Date.from(Instant.parse("2026-03-02T14:07:00Z"));
    fire(schedule, slot);
    fire(schedule, slot);
    awaitIdle();
    jdbc.sql("TRUNCATE users, job_runs CASCADE").update();
    everythingIsDue();
    fire(schedule, Date.from(Instant.parse("2026-03-02T15:07:00Z")));

    assertThat(slots(queue)).containsExactlyInAnyOrder("202603021407", "202603021507");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "token-refresh",
        "notification-reminder",
        "webhook-renewal",
        "token-health-reminder",
        "webhook-health-check",
        "suggestion-generation",
        "adaptive-sync-calendar",
        "adaptive-sync-contacts",
        "batch-notifications"
      })
  void shouldSendRedisNothingWhenNothingIsDue(String schedule) throws Exception {
    long before = engine.meter().sent();

    fire(schedule, new Date());

    assertThat(engine.meter().sent()).isEqualTo(before);
  }

  @Test
  void shouldCountAnEmptyCheckApartFromOneThatAddsAJob() throws Exception {
    double empty = checks("token-refresh", "empty");
    double due = checks("token-refresh", "due");

    fire("token-refresh", Date.from(Instant.parse("2026-03-02T14:07:00Z")));
    everythingIsDue();
    fire("token-refresh", Date.from(Instant.parse("2026-03-02T15:07:00Z")));

    assertThat(checks("token-refresh", "empty") - empty).isEqualTo(1);
    assertThat(checks("token-refresh", "due") - due).isEqualTo(1);
  }

  /** A fire is missed while nobody runs; the trigger of the next start begins before it. */
  @ParameterizedTest
  @CsvSource({
    "token-refresh, 60",
    "notification-reminder, 60",
    "webhook-renewal, 60",
    "token-health-reminder, 60",
    "webhook-health-check, 720",
    "suggestion-generation, 360",
    "adaptive-sync-calendar, 15",
    "adaptive-sync-contacts, 15"
  })
  void shouldLookAtEachStartForTheOneFireThatMayHaveBeenMissed(String schedule, int minutes)
      throws Exception {
    Scheduler scheduler = camel.getComponent("quartz", QuartzComponent.class).getScheduler();
    TriggerKey key =
        scheduler.getTriggerKeys(GroupMatcher.anyGroup()).stream()
            .filter(one -> one.getName().equals(schedule))
            .findFirst()
            .orElseThrow();

    CronTrigger trigger = (CronTrigger) scheduler.getTrigger(key);

    Instant started = trigger.getStartTime().toInstant();
    Date first = trigger.getFireTimeAfter(trigger.getStartTime());
    assertThat(first.toInstant()).isBefore(started.plus(Duration.ofMinutes(minutes + 1L)));
    assertThat(trigger.getFireTimeAfter(first).toInstant())
        .isAfter(started.plus(Duration.ofMinutes(minutes)));
  }

  @Test
  void shouldNotMakeSuggestionsForAllAgainAtEachRestart() throws Exception {
    everythingIsDue();
    rows.add(
        """
        INSERT INTO job_runs (queue, job_id, attempt, mode, outcome, trigger, started_at)
        VALUES ('suggestion-generation', 'sched:suggestion-generation:1', 1, 'pooled', 'completed',
                'schedule', :a)
        """,
        SqlInstant.of(Instant.now().minus(Duration.ofHours(4))));

    // a fire that was missed comes at any second
    fire("suggestion-generation", Date.from(Instant.parse("2026-03-02T14:17:23Z")));
    assertThat(added("suggestion-generation")).isEmpty();

    fire("suggestion-generation", Date.from(Instant.parse("2026-03-02T18:17:00Z")));
    assertThat(slots("suggestion-generation")).containsExactly("202603021817");
  }

  @Test
  void shouldNotSweepAgainWhileASweepWaitsBecauseGoogleAskedForAPause() throws Exception {
    everythingIsDue();
    producer.sendBody("bullmq:token-refresh?operation=pause", null);
    try {
      fire("token-refresh", Date.from(Instant.parse("2026-03-02T14:07:00Z")));
      fire("token-refresh", Date.from(Instant.parse("2026-03-02T15:07:00Z")));

      assertThat(slots("token-refresh")).containsExactly("202603021407");
    } finally {
      producer.sendBody("bullmq:token-refresh?operation=resume", null);
    }
  }

  @Test
  void shouldSayInTheLedgerThatTheScheduleAskedForARun() throws Exception {
    everythingIsDue();
    fire("notification-reminder", Date.from(Instant.parse("2026-03-02T14:11:00Z")));

    awaitLedger("notification-reminder", "sched:notification-reminder:202603021411", "completed");
    assertThat(jdbc.sql("SELECT trigger FROM job_runs").query(String.class).list())
        .contains("schedule");
  }

  @Test
  void shouldSayWhichIntegrationIsDue() throws Exception {
    everythingIsDue();
    fire("adaptive-sync-calendar", Date.from(Instant.parse("2026-03-02T14:00:00Z")));
    fire("adaptive-sync-contacts", Date.from(Instant.parse("2026-03-02T14:05:00Z")));

    assertThat(added("adaptive-sync"))
        .extracting(job -> job.path("integrationType").asText())
        .containsExactlyInAnyOrder("google_calendar", "google_contacts");
  }

  @Test
  void shouldAddTheDigestThatIsDueOnce() throws Exception {
    UUID user = rows.user("ann@example.org", "UTC");
    LocalDate today = LocalDate.now(ZoneOffset.UTC);
    rows.add(
        """
        INSERT INTO notification_preferences (user_id, next_digest_date, next_digest_at)
        VALUES (:a, :b, :c)
        """,
        user,
        today,
        SqlInstant.of(Instant.now().minusSeconds(5)));

    fire("batch-notifications", new Date());

    assertThat(added("batch-notifications"))
        .singleElement()
        .satisfies(
            job -> {
              assertThat(job.path("userId").asText()).isEqualTo(user.toString());
              assertThat(job.path("occurrenceDate").asText()).isEqualTo(today.toString());
            });
  }

  /** One user with everything to do, and one whose grant is dead. */
  private void everythingIsDue() {
    UUID ann = rows.user("ann@example.org", "UTC");
    UUID calendar = rows.connection(ann, "google_calendar");
    rows.connection(ann, "google_contacts");
    rows.calendar(calendar);
    UUID contact = rows.contact(ann, "Bo", "monthly", "2026-01-01T00:00:00Z");
    rows.suggestion(ann, contact, "2026-01-02T10:00:00Z", "2026-01-02T11:00:00Z");
    UUID dead = rows.connection(rows.user("cy@example.org", "UTC"), "google_calendar");
    rows.add("UPDATE google_connections SET status = 'needs_reauth' WHERE id = :a", dead);
    rows.add("UPDATE google_connections SET next_refresh_at = now() - interval '1 minute'");
  }

  /** The slots for which a queue got a job. */
  private List<String> slots(String queue) {
    String key = "bull:%1$s:sched:%1$s:".formatted(queue);
    return redis.keys(key + "*").stream()
        .map(found -> found.substring(key.length()))
        .filter(slot -> slot.matches("\\d+"))
        .toList();
  }

  private double checks(String queue, String outcome) {
    Counter counter =
        meters.find("millrace.schedule.checks").tags("queue", queue, "outcome", outcome).counter();
    return counter == null ? 0 : counter.count();
  }

  private void fire(String schedule, Date slot) throws Exception {
    Route route = camel.getRoute("schedule-" + schedule);
    Exchange exchange = route.getEndpoint().createExchange();
    exchange.getMessage().setHeader("scheduledFireTime", slot);
    exchange.getMessage().setHeader("fireTime", new Date());
    route.getProcessor().process(exchange);
    assertThat(exchange.getException()).isNull();
  }
}
