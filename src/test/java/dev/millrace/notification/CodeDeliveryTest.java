package dev.millrace.notification;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.TestClock;
import dev.millrace.job.JobBeans;
import dev.millrace.job.Rows;
import java.time.Duration;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A code leaves only while somebody waits for it. */
class CodeDeliveryTest {

  private static final String NUMBER = "+12025550177";

  private final TestClock clock = new TestClock("2026-03-02T15:00:00Z");
  private JobBeans beans;
  private Rows rows;
  private UUID user;
  private UUID code;

  @BeforeEach
  void claim() {
    beans = NotificationBeans.start(clock);
    rows = beans.rows();
    user = rows.user("ann@example.org", "UTC");
    code =
        beans
            .get(VerificationMessages.class)
            .queue(user, NUMBER, "123456", clock.instant().plus(Duration.ofMinutes(10)));
    rows.claim(user, NUMBER, code);
  }

  @AfterEach
  void stop() {
    beans.close();
  }

  @Test
  void shouldSendTheCodeOfAClaim() {
    assertThat(claimed(code)).isInstanceOf(OutgoingSms.class);
  }

  @Test
  void shouldNotSendACodeAfterThePhoneEndedTheClaim() {
    rows.add("DELETE FROM phone_verifications WHERE user_id = :a", user);

    shouldBeSuppressed();
  }

  @Test
  void shouldNotSendACodeWhoseClaimIsForAnotherNumberByNow() {
    rows.add("UPDATE phone_verifications SET message_id = :b WHERE user_id = :a", user, user);

    shouldBeSuppressed();
  }

  @Test
  void shouldNotSendACodeToAUserWhoLeft() {
    rows.add("UPDATE users SET deleted_at = now() WHERE id = :a", user);

    shouldBeSuppressed();
  }

  private void shouldBeSuppressed() {
    assertThat(claimed(code)).isNull();
    assertThat(beans.text("SELECT state || ' ' || state_reason || body FROM outbound_messages"))
        .isEqualTo("suppressed claim_ended");
  }

  private Object claimed(UUID message) {
    Delivery delivery = beans.get(Delivery.class);
    return delivery.claim(message, delivery.end());
  }
}
