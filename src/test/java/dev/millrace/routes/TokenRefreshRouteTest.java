package dev.millrace.routes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.millrace.account.Integration;
import dev.millrace.queue.Job;
import dev.millrace.sandbox.SandboxUser;
import dev.millrace.sandbox.http.Fault;
import dev.millrace.sandbox.http.Service;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** From a job in Redis to its return value and to the reminders that follow. */
class TokenRefreshRouteTest extends RunningMillrace {

  @Test
  void shouldRefreshAndRemindThoseWhoseGrantDied() {
    connectDue(SANDBOX.users().get(5));
    SandboxUser withdrawing = SANDBOX.users().get(6);
    UUID dead = connectDue(withdrawing);
    SANDBOX.grants().revokeGrant(withdrawing.calendarRefreshToken());

    String id = addSweep(Map.of());

    assertThat(ended("token-refresh", id).returnValue())
        .isEqualTo("{\"checked\":2,\"refreshed\":1,\"dead\":1,\"transient\":0,\"skipped\":0}");
    assertThat(offered("token-health-reminder")).isOne();
    assertThat(added("token-health-reminder"))
        .extracting(Object::toString)
        .containsExactly("{\"connectionId\":\"%s\"}".formatted(dead));
    awaitLedger("token-refresh", id, "completed");
  }

  @Test
  void shouldFailAtOnceWhenGoogleDoesNotAcceptThisApplication() {
    connectDue(SANDBOX.users().get(5));
    SANDBOX.faults().add(Fault.answer(Service.OAUTH, 401, "invalid_client"));

    String id = addSweep(Map.of());

    Job job = ended("token-refresh", id);
    assertThat(job.failedReason()).contains("google.client-id");
    assertThat(job.attemptsMade()).isOne();
    assertThat(jdbc.sql("SELECT kind FROM admin_alerts").query(String.class).single())
        .isEqualTo("oauth_client_broken");
    await()
        .untilAsserted(
            () ->
                assertThat(ledger("token-refresh", id))
                    .singleElement()
                    .asString()
                    .contains("failed"));
    assertThat(offered("token-health-reminder")).isZero();
  }

  @Test
  void shouldAnswerAWiringTestWithoutAskingGoogle() {
    connectDue(SANDBOX.users().get(5));

    String id = addSweep(Map.of("test", true, "timestamp", "2026-03-02T10:00:00Z"));

    assertThat(ended("token-refresh", id).returnValue()).isEqualTo("{\"test\":true}");
    awaitLedger("token-refresh", id, "completed test");
    assertThat(SANDBOX.requests().all()).isEmpty();
  }

  private UUID connectDue(SandboxUser person) {
    UUID connection = connect(user(person), person, Integration.GOOGLE_CALENDAR);
    jdbc.sql("UPDATE google_connections SET next_refresh_at = now()").update();
    return connection;
  }

  private String addSweep(Map<String, ?> data) {
    return add("bullmq:token-refresh?attempts=3", data, Map.of());
  }
}
