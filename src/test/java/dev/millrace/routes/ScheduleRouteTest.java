package dev.millrace.routes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.job.SqlInstant;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Date;
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
import org.quartz.CronTrigger;
import org.quartz.Scheduler;
import org.quartz.TriggerKey;
import org.quartz.impl.matchers.GroupMatcher;
import org.springframework.beans.factory.annotation.Autowired;

class ScheduleRouteTest extends RunningMillrace {

  @Autowired CamelContext camel;

  @Test
  void shouldFireEachJobAtItsMinutesInUtc() throws Exception {
    Scheduler scheduler = camel.getComponent("quartz", QuartzComponent.class).getScheduler();
    assertThat(scheduler.isStarted()).as("fires only what a test asks for").isFalse();
    Map<String, String> crons = new TreeMap<>();
    for (TriggerKey key : scheduler.getTriggerKeys(GroupMatcher.anyGroup())) {
      CronTrigger trigger = (CronTrigger) scheduler.getTrigger(key);
      assertThat(trigger.getTimeZone()).isEqualTo(TimeZone.getTimeZone("UTC"));
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
    // planned for 14:07; one replica fires on time, another a little late
    Date slot = Date.from(Instant.parse("2026-03-02T14:07:00Z"));
    fire(schedule, slot);
    fire(schedule, slot);
    fire(schedule, Date.from(Instant.parse("2026-03-02T15:07:00Z")));

    assertThat(redis.keys("bull:" + queue + ":sched:*"))
        .contains(
            "bull:%1$s:sched:%1$s:202603021407".formatted(queue),
            "bull:%1$s:sched:%1$s:202603021507".formatted(queue));
    assertThat(added(queue)).hasSize(2);
  }

  @Test
  void shouldSayWhichIntegrationIsDue() throws Exception {
    fire("adaptive-sync-calendar", Date.from(Instant.parse("2026-03-02T14:00:00Z")));
    fire("adaptive-sync-contacts", Date.from(Instant.parse("2026-03-02T14:05:00Z")));

    assertThat(added("adaptive-sync"))
        .extracting(job -> job.path("integrationType").asText())
        .containsExactlyInAnyOrder("google_calendar", "google_contacts");
  }

  @Test
  void shouldSendRedisNothingInAMinuteInWhichNothingIsDue() throws Exception {
    long before = engine.meter().sent();

    fire("batch-notifications", new Date());

    assertThat(added("batch-notifications")).isEmpty();
    assertThat(engine.meter().sent()).isEqualTo(before);
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

  private void fire(String schedule, Date slot) throws Exception {
    Route route = camel.getRoute("schedule-" + schedule);
    Exchange exchange = route.getEndpoint().createExchange();
    exchange.getMessage().setHeader("scheduledFireTime", slot);
    exchange.getMessage().setHeader("fireTime", new Date());
    route.getProcessor().process(exchange);
    assertThat(exchange.getException()).isNull();
  }
}
