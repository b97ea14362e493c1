package dev.millrace.notification;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.TestClock;
import dev.millrace.job.JobBeans;
import dev.millrace.job.Rows;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class RealtimeMessagesTest {

  private final TestClock clock = new TestClock("2026-03-02T15:00:00Z");
  private JobBeans beans;
  private Rows rows;
  private RealtimeMessages messages;
  private UUID user;

  @BeforeEach
  void start() {
    beans = NotificationBeans.start(clock);
    rows = beans.rows();
    messages = beans.get(RealtimeMessages.class);
    user = rows.user("ann@example.org", "UTC");
    rows.phone(user, "+12025550143");
  }

  @AfterEach
  void stop() {
    beans.close();
  }

  @Test
  void shouldTellMeOnceOfWhatIsOverBeforeTheNextDigest() {
    UUID suggestion = suggestion("2026-03-02T19:00:00Z");

    List<Map<String, Object>> deliveries = messages.write(List.of(suggestion));

    assertThat(deliveries).hasSize(1);
    assertThat((List<?>) deliveries.getFirst().get("messageIds")).hasSize(2);
    assertThat(messages.write(List.of(suggestion))).isEmpty();
    assertThat(beans.texts("SELECT dedup_key FROM outbound_messages"))
        .containsExactlyInAnyOrder(
            "realtime:%s:email".formatted(suggestion), "realtime:%s:sms".formatted(suggestion));
    assertThat(beans.text("SELECT body FROM outbound_messages WHERE channel = 'sms'"))
        .isEqualTo(
            "Millrace: 1) Bob - Mon Mar 2, 7:00 PM. Reply 1, 1 NO or 1 LATER."
                + " Reply STOP to opt out.");
    assertThat(beans.text("SELECT count(*) FROM digest_items WHERE position = 1")).isEqualTo("2");
  }

  @Test
  void shouldNotSayTheNumberOfAContactThatHasNoName() {
    UUID suggestion = suggestion("2026-03-02T19:00:00Z");
    rows.add("UPDATE contacts SET name = '+12025550188' WHERE user_id = :a", user);
    rows.add(
        "UPDATE suggestions SET reasoning = 'You and +12025550188 never met.' WHERE id = :a",
        suggestion);

    messages.write(List.of(suggestion));

    assertThat(
            beans.texts("SELECT subject || body || coalesce(body_html, '') FROM outbound_messages"))
        .hasSize(2)
        .allSatisfy(
            text -> assertThat(text).contains("a contact without a name").doesNotContain("0188"));
  }

  @Test
  void shouldNotTellMeOfWhatIsTooSoonAnsweredOrGone() {
    UUID soon = suggestion("2026-03-02T15:59:00Z");
    UUID dismissed = suggestion("2026-03-02T19:00:00Z");
    rows.add("UPDATE suggestions SET state = 'dismissed' WHERE id = :a", dismissed);

    assertThat(messages.write(List.of(soon, dismissed, UUID.randomUUID()))).isEmpty();
    assertThat(messages.write(List.of())).isEmpty();
  }

  @Test
  void shouldNotDisturbMeDuringAPauseNorWhenItWouldBeTooLateInTheMorning() {
    UUID suggestion = suggestion("2026-03-03T07:00:00Z");
    rows.add(
        "INSERT INTO notification_preferences (user_id, paused_until) VALUES (:a, '2026-03-03T00:00:00Z')",
        user);
    assertThat(messages.write(List.of(suggestion))).isEmpty();

    rows.add("UPDATE notification_preferences SET paused_until = NULL WHERE user_id = :a", user);
    clock.set("2026-03-02T22:00:00Z");
    messages.write(List.of(suggestion));

    assertThat(
            beans.texts("SELECT channel || ' ' || state FROM outbound_messages ORDER BY channel"))
        .containsExactly("sms suppressed", "email queued");
  }

  private UUID suggestion(String start) {
    UUID bob = rows.contact(user, "Bob", "weekly", "2026-01-01T00:00:00Z");
    return rows.suggestion(user, bob, start, Instant.parse(start).plusSeconds(1800).toString());
  }
}
