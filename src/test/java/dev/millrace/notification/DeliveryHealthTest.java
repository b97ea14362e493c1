package dev.millrace.notification;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.TestClock;
import dev.millrace.job.JobBeans;
import dev.millrace.job.SqlInstant;
import java.time.Duration;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class DeliveryHealthTest {

  private final TestClock clock = new TestClock("2026-03-02T15:00:00Z");
  private JobBeans beans;
  private UUID user;

  @BeforeEach
  void start() {
    beans = NotificationBeans.start(clock);
    user = beans.rows().user("ann@example.org", "UTC");
  }

  @AfterEach
  void stop() {
    beans.close();
  }

  @Test
  void shouldTellTheOperatorWhenMoreThanATenthFailsAndThatItHealed() {
    messages("sent", 18);
    messages("failed", 2);
    assertThat(alerts()).as("a tenth").isEqualTo("0");

    messages("undelivered", 1);
    assertThat(alerts()).isEqualTo("1");
    assertThat(alerts()).as("the same one").isEqualTo("1");

    clock.advance(Duration.ofMinutes(61));
    messages("sent", 19);
    assertThat(alerts()).as("a quiet hour tells nothing").isEqualTo("1");
    messages("sent", 1);
    assertThat(alerts()).isEqualTo("0");
  }

  @Test
  void shouldNotMakeMuchOfAFewMessages() {
    messages("failed", 19);

    assertThat(alerts()).isEqualTo("0");
  }

  private void messages(String state, int count) {
    for (int at = 0; at < count; at++) {
      beans
          .rows()
          .add(
              """
              INSERT INTO outbound_messages (id, user_id, channel, purpose, dedup_key, to_address,
                                             body, state, claimed_at, expires_at)
              VALUES (:id, :a, 'email', 'digest', CAST(:id AS text), 'ann@example.org', 'Hello',
                      CAST(:b AS msg_state), :c, now())
              """,
              user,
              state,
              SqlInstant.of(clock.instant()));
    }
  }

  private String alerts() {
    beans.get(DueNotifications.class).find();
    return beans.text(
        "SELECT count(*) FROM admin_alerts WHERE kind = 'messages_failing' AND closed_at IS NULL");
  }
}
