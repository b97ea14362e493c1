package dev.millrace.account;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.TestClock;
import dev.millrace.job.JobBeans;
import dev.millrace.job.PermanentException;
import dev.millrace.job.Rows;
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
            context -> context.registerBean(AdaptiveSync.class),
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
