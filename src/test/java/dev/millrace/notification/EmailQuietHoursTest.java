package dev.millrace.notification;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.TestClock;
import dev.millrace.job.JobBeans;
import dev.millrace.job.Rows;
import dev.millrace.job.SqlInstant;
import java.time.Duration;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class EmailQuietHoursTest {

  private final TestClock clock = new TestClock("2026-03-02T23:00:00Z");
  private JobBeans beans;
  private Rows rows;
  private UUID user;

  @BeforeEach
  void start() {
    beans = NotificationBeans.start(clock);
    rows = beans.rows();
    user = rows.user("ann@example.org", "UTC");
  }

  @AfterEach
  void stop() {
    beans.close();
  }

  @Test
  void shouldSendEmailAtNightUnlessTheUserAskedForQuiet() {
    UUID asked = email();
    rows.add(
        "INSERT INTO notification_preferences (user_id, email_quiet_hours) VALUES (:a, true)",
        user);

    assertThat(claimed(asked)).isNull();
    assertThat(
            beans.text(
                """
                SELECT to_char(not_before AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI') || state_reason
                FROM outbound_messages
                """))
        .isEqualTo("2026-03-03 08:00quiet_hours");

    clock.set("2026-03-03T08:00:00Z");
    assertThat(claimed(asked)).isInstanceOf(OutgoingEmail.class);

    clock.set("2026-03-03T23:00:00Z");
    rows.add("DELETE FROM notification_preferences WHERE user_id = :a", user);
    assertThat(claimed(email())).isInstanceOf(OutgoingEmail.class);
  }

  private UUID email() {
    return rows.add(
        """
        INSERT INTO outbound_messages (id, user_id, channel, purpose, dedup_key, to_address, subject,
                                       body, not_before, expires_at)
        VALUES (:id, :a, 'email', 'digest', CAST(:id AS text), 'ann@example.org', 'Subject',
                'Hello', :b, :c)
        """,
        user,
        SqlInstant.of(clock.instant()),
        SqlInstant.of(clock.instant().plus(Duration.ofDays(3))));
  }

  private Object claimed(UUID message) {
    Delivery delivery = beans.get(Delivery.class);
    return delivery.claim(message, delivery.end());
  }
}
