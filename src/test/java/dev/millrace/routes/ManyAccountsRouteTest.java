package dev.millrace.routes;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.data.redis.core.ZSetOperations.TypedTuple;

/** Five thousand users are due in the same moment, as after a night in which nothing ran. */
class ManyAccountsRouteTest extends RunningMillrace {

  private static final int USERS = 5_000;
  private static final Map<String, String> CALENDARS = Map.of("integrationType", "google_calendar");

  @BeforeEach
  void nobodyTakesTheSyncs() {
    engine.admin("calendar-sync").pause().join();
  }

  @AfterEach
  void goOn() {
    redis.delete(redis.keys("bull:calendar-sync:*"));
    engine.admin("calendar-sync").resume().join();
  }

  @Test
  void shouldSpreadFiveThousandUsersAndCostOneJobEach() {
    due();

    claimAll();
    List<String> first = connections();
    // the claims ran out because nobody took the jobs
    jdbc.sql("UPDATE sync_state SET next_sync_at = now() - interval '1 minute'").update();
    claimAll();

    assertThat(first).hasSize(USERS);
    assertThat(new HashSet<>(first)).hasSize(USERS);
    assertThat(connections()).hasSize(USERS);
    Map<Long, Integer> byMinute = byMinute();
    assertThat(byMinute).hasSizeGreaterThanOrEqualTo(10);
    assertThat(byMinute.values()).allMatch(jobs -> jobs < USERS / 5);
  }

  /** The route asks for the next run by itself, half a minute later. */
  private void claimAll() {
    int claimed;
    do {
      claimed = run("adaptive-sync", CALENDARS).path("claimed").asInt();
    } while (claimed == 200);
  }

  private void due() {
    jdbc.sql(
            """
            WITH people AS (
              INSERT INTO users (email) SELECT i || '@example.org' FROM generate_series(1, :n) i
              RETURNING id),
            grants AS (
              INSERT INTO google_connections (user_id, integration, refresh_token_enc)
              SELECT id, 'google_calendar', '\\x01' FROM people RETURNING id)
            INSERT INTO sync_state (connection_id, interval_s, next_sync_at)
            SELECT id, 14400, now() - interval '1 minute' FROM grants""")
        .param("n", USERS)
        .update();
  }

  private List<String> connections() {
    return added("calendar-sync").stream().map(data -> data.path("connectionId").asText()).toList();
  }

  /** How many begin in each minute from now on. */
  private Map<Long, Integer> byMinute() {
    Map<Long, Integer> byMinute = new TreeMap<>();
    Set<TypedTuple<String>> delayed =
        redis.opsForZSet().rangeWithScores("bull:calendar-sync:delayed", 0, -1);
    for (TypedTuple<String> job : delayed) {
      // BullMQ keeps the time in the upper bits
      Instant at = Instant.ofEpochMilli((long) (job.getScore() / 4096));
      byMinute.merge(Duration.between(Instant.now(), at).toMinutes(), 1, Integer::sum);
    }
    return byMinute;
  }
}
