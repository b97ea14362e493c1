package dev.millrace.account;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.TestClock;
import dev.millrace.job.JobBeans;
import dev.millrace.job.PermanentException;
import dev.millrace.job.Rows;
import dev.millrace.job.SqlInstant;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class AdaptiveSyncTest {

  private static final Map<String, Object> CALENDARS = Map.of("integrationType", "google_calendar");

  private final TestClock clock = new TestClock("2026-03-02T06:00:00Z");
  private JobBeans beans;
  private Rows rows;
  private AdaptiveSync adaptive;
  private int users;

  @BeforeEach
  void start() {
    beans =
        new JobBeans(
            clock,
            Map.of(),
            context -> {
              context.registerBean(AdaptiveSync.class);
              context.registerBean(SyncHealth.class);
            },
            "dev.millrace.job");
    rows = beans.rows();
    adaptive = beans.get(AdaptiveSync.class);
  }

  @AfterEach
  void stop() {
    beans.close();
  }

  @Test
  void shouldClaimWhatIsDueAndOnlyOnce() {
    UUID due = due("google_calendar", Duration.ofMinutes(5));
    due("google_calendar", Duration.ofMinutes(-5));
    due("google_contacts", Duration.ofMinutes(5));

    AdaptiveSync.Claimed claimed = adaptive.claim(CALENDARS);

    assertThat(payloads(claimed.due()))
        .singleElement()
        .satisfies(
            payload ->
                assertThat(payload)
                    .containsEntry("connectionId", due.toString())
                    .containsEntry("trigger", "scheduled")
                    .containsKey("userId")
                    .doesNotContainKey("syncType"));
    assertThat(claimed.overdue()).isEmpty();
    assertThat(claimed.more()).isEmpty();
    assertThat(claimed.result()).containsEntry("claimed", 1);
    assertThat(adaptive.claim(CALENDARS).due()).isEmpty();
  }

  @Test
  void shouldClaimAgainOnceTheClaimRanOutUnused() {
    due("google_calendar", Duration.ofMinutes(5));
    adaptive.claim(CALENDARS);

    clock.advance(AdaptiveSync.CLAIM.plusSeconds(1));

    assertThat(payloads(adaptive.claim(CALENDARS).due())).hasSize(1);
  }

  @Test
  void shouldTellOverdueFromDue() {
    UUID overdue = due("google_calendar", Duration.ofMinutes(61));
    UUID due = due("google_calendar", Duration.ofMinutes(59));

    AdaptiveSync.Claimed claimed = adaptive.claim(CALENDARS);

    assertThat(payloads(claimed.overdue()))
        .extracting(payload -> payload.get("connectionId"))
        .containsExactly(overdue.toString());
    assertThat(payloads(claimed.due()))
        .extracting(payload -> payload.get("connectionId"))
        .containsExactly(due.toString());
    assertThat(claimed.result()).containsEntry("overdue", 1);
  }

  @Test
  void shouldAskForContactsIncrementally() {
    due("google_contacts", Duration.ofMinutes(5));

    AdaptiveSync.Claimed claimed = adaptive.claim(Map.of("integrationType", "google_contacts"));

    assertThat(payloads(claimed.due()).getFirst()).containsEntry("syncType", "incremental");
  }

  @Test
  void shouldLeaveOutDeadGrantsRunningSyncsAndOpenBreakers() {
    UUID dead = due("google_calendar", Duration.ofMinutes(5));
    rows.add("UPDATE google_connections SET status = 'needs_reauth' WHERE id = :a", dead);
    UUID running = due("google_calendar", Duration.ofMinutes(5));
    rows.add(
        """
        UPDATE sync_state SET lease_owner = 'x', lease_until = '2026-03-02T06:01:00Z'
        WHERE connection_id = :a
        """,
        running);
    UUID broken = due("google_calendar", Duration.ofMinutes(5));
    breaker(broken, "2026-03-02T06:30:00Z");

    assertThat(adaptive.claim(CALENDARS).due()).isEmpty();
  }

  @Test
  void shouldLetOneTrialThroughABreakerWhosePauseIsOver() {
    UUID broken = due("google_calendar", Duration.ofMinutes(5));
    breaker(broken, "2026-03-02T05:59:00Z");

    AdaptiveSync.Claimed claimed = adaptive.claim(CALENDARS);

    assertThat(claimed.result()).containsEntry("halfOpened", 1).containsEntry("claimed", 1);
    assertThat(beans.text("SELECT breaker FROM sync_state")).isEqualTo("half_open");
  }

  @Test
  void shouldTakeAtMost200AndAskForMore() {
    for (int connection = 0; connection < AdaptiveSync.MOST_CLAIMED + 1; connection++) {
      due("google_calendar", Duration.ofMinutes(5));
    }

    AdaptiveSync.Claimed first = adaptive.claim(CALENDARS);
    AdaptiveSync.Claimed second = adaptive.claim(CALENDARS);

    assertThat(payloads(first.due())).hasSize(200);
    assertThat(first.more()).containsExactly(CALENDARS);
    assertThat(payloads(second.due())).hasSize(1);
    assertThat(second.more()).isEmpty();
  }

  @Test
  void shouldNotClaimTwiceWhenItRunsTwiceAtOnce() {
    for (int connection = 0; connection < 100; connection++) {
      due("google_calendar", Duration.ofMinutes(5));
    }
    List<CompletableFuture<AdaptiveSync.Claimed>> runs = new ArrayList<>();
    for (int run = 0; run < 4; run++) {
      runs.add(CompletableFuture.supplyAsync(() -> adaptive.claim(CALENDARS)));
    }

    assertThat(runs.stream().flatMap(run -> payloads(run.join().due()).stream()))
        .hasSize(100)
        .doesNotHaveDuplicates();
  }

  @Test
  void shouldFindAnAccountThatNobodyEverScheduled() {
    UUID forgotten = rows.connection(rows.user("lost@example.org", "UTC"), "google_calendar");

    assertThat(payloads(adaptive.claim(CALENDARS).due()))
        .extracting(payload -> payload.get("connectionId"))
        .containsExactly(forgotten.toString());
  }

  @Test
  void shouldRefuseAnIntegrationThatDoesNotExist() {
    assertThatThrownBy(() -> adaptive.claim(Map.of("integrationType", "outlook")))
        .isInstanceOf(PermanentException.class)
        .hasMessageContaining("integrationType")
        .hasMessageContaining("outlook")
        .hasMessageContaining("google_calendar");
    assertThatThrownBy(() -> adaptive.claim(null)).isInstanceOf(PermanentException.class);
  }

  @Test
  void shouldPollOftenAgainAsSoonAsPushIsLost() {
    UUID connection = due("google_calendar", Duration.ofHours(-11));
    rows.add(
        "UPDATE sync_state SET interval_s = 43200, pushed = true, no_change_runs = 3,"
            + " last_success_at = :a",
        SqlInstant.of(clock.instant()));
    channel(rows.calendar(connection), clock.instant().minusSeconds(1));

    assertThat(adaptive.due("google_calendar")).as("though nobody is due").isTrue();

    AdaptiveSync.Claimed claimed = adaptive.claim(CALENDARS);

    assertThat(claimed.result()).containsEntry("rebalanced", 1).containsEntry("claimed", 0);
    assertThat(adaptive.due("google_calendar")).isFalse();
    assertThat(
            beans.text(
                "SELECT interval_s || ' ' || pushed || ' ' || no_change_runs FROM sync_state"))
        .isEqualTo("14400 false 0");
    clock.advance(Duration.ofHours(5));
    assertThat(adaptive.claim(CALENDARS).result()).containsEntry("claimed", 1);
  }

  /** With the quarter of an hour to the next claim: never more than an hour over the base. */
  @Test
  void shouldReadAtOnceWhatGrewOldWhilePushWasTrusted() {
    UUID connection = due("google_calendar", Duration.ofHours(-11));
    rows.add(
        "UPDATE sync_state SET interval_s = 43200, pushed = true, last_success_at = :a",
        SqlInstant.of(clock.instant().minus(Duration.ofHours(5))));
    channel(rows.calendar(connection), clock.instant().minusSeconds(1));

    assertThat(adaptive.claim(CALENDARS).result())
        .containsEntry("rebalanced", 1)
        .containsEntry("claimed", 1);
    assertThat(beans.texts("SELECT kind FROM admin_alerts")).as("that is no backlog").isEmpty();
  }

  @Test
  void shouldPollSeldomOnceEveryCalendarIsPushed() {
    UUID connection = due("google_calendar", Duration.ofHours(-1));
    rows.add("UPDATE sync_state SET last_success_at = :a", SqlInstant.of(clock.instant()));
    UUID calendar = rows.calendar(connection);
    channel(calendar, clock.instant().plus(Duration.ofDays(3)));

    assertThat(adaptive.claim(CALENDARS).result()).containsEntry("rebalanced", 1);
    assertThat(adaptive.claim(CALENDARS).result()).containsEntry("rebalanced", 0);
    assertThat(beans.text("SELECT interval_s || ' ' || pushed FROM sync_state"))
        .isEqualTo("43200 true");
    rows.add("UPDATE watch_channels SET health = 'missed'");
    assertThat(adaptive.claim(CALENDARS).result()).containsEntry("rebalanced", 1);
  }

  @Test
  void shouldAlertWhileManyCopiesAreHoursLateAndCloseItOnceTheyAreNot() {
    for (int connection = 0; connection < 19; connection++) {
      fresh();
    }
    due("google_calendar", Duration.ofMinutes(1));
    adaptive.claim(CALENDARS);
    assertThat(beans.texts("SELECT kind FROM admin_alerts")).as("one of twenty").isEmpty();
    due("google_calendar", Duration.ofMinutes(1));
    rows.add("UPDATE google_connections SET connected_at = '2026-01-01'");

    adaptive.claim(CALENDARS);

    assertThat(
            beans.text(
                "SELECT detail ->> 'sixHoursLate' FROM admin_alerts WHERE closed_at IS NULL"))
        .isEqualTo("2");
    assertThat(overdue()).isEqualTo(2);
    assertThat(adaptive.due("google_calendar")).as("the gauge has to come down again").isTrue();
    rows.add("UPDATE sync_state SET last_success_at = :a", SqlInstant.of(clock.instant()));
    adaptive.claim(CALENDARS);
    assertThat(beans.texts("SELECT kind FROM admin_alerts WHERE closed_at IS NULL")).isEmpty();
    assertThat(overdue()).isZero();
    assertThat(adaptive.due("google_calendar")).isFalse();
  }

  @Test
  void shouldAskForNoJobWhileNobodyIsDue() {
    assertThat(adaptive.due("google_calendar")).isFalse();
    fresh();
    assertThat(adaptive.due("google_calendar")).isFalse();
    due("google_contacts", Duration.ofMinutes(5));
    assertThat(adaptive.due("google_calendar")).isFalse();
    assertThat(adaptive.due("google_contacts")).isTrue();
    rows.connection(rows.user("lost@example.org", "UTC"), "google_calendar");
    assertThat(adaptive.due("google_calendar")).as("never scheduled").isTrue();
  }

  private void fresh() {
    UUID connection =
        rows.connection(rows.user("user" + users++ + "@example.org", "UTC"), "google_calendar");
    rows.syncState(connection, clock.instant().plusSeconds(3600), clock.instant());
  }

  private double overdue() {
    return beans
        .get(MeterRegistry.class)
        .get("sync.overdue")
        .tag("integration", "google_calendar")
        .gauge()
        .value();
  }

  private void channel(UUID calendar, Instant expires) {
    rows.add(
        """
        INSERT INTO watch_channels (id, calendar_id, token_sha256, state, expires_at, confirmed_at)
        VALUES (:id, :a, '\\x01', 'active', :b, now())
        """,
        calendar,
        SqlInstant.of(expires));
  }

  private UUID due(String integration, Duration ago) {
    UUID user = rows.user("user" + users++ + "@example.org", "UTC");
    UUID connection = rows.connection(user, integration);
    rows.syncState(connection, clock.instant().minus(ago), Instant.EPOCH);
    return connection;
  }

  private void breaker(UUID connection, String retryAt) {
    rows.add(
        """
        UPDATE sync_state SET breaker = 'open', breaker_retry_at = CAST(:b AS timestamptz)
        WHERE connection_id = :a
        """,
        connection,
        retryAt);
  }

  private static List<Map<String, Object>> payloads(List<List<Map<String, Object>>> batches) {
    return batches.stream().flatMap(List::stream).toList();
  }
}
