package dev.millrace.ratelimit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.job.Quota;
import dev.millrace.job.WaitException;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;

/** What jobs may ask of Google, counted by the limits for jobs. */
class JobQuotaTest extends RunningLimits {

  @Autowired Quota quota;
  @Autowired RateLimits limits;

  @Test
  void shouldLetAJobWaitForItsPlaceWithoutHoldingAThread() {
    String user = UUID.randomUUID().toString();
    assertThat(limits.check("google-people-jobs", user, 60).allowed()).isTrue();

    assertThatThrownBy(() -> quota.take("google-people-jobs", user))
        .isInstanceOfSatisfying(
            WaitException.class,
            wait -> {
              assertThat(wait.reason()).isEqualTo("quota_google-people-jobs");
              assertThat(wait.until())
                  .isAfter(Instant.now())
                  .isBefore(Instant.now().plus(Duration.ofSeconds(61)));
            });
    quota.take("google-people-jobs", UUID.randomUUID().toString());
  }

  @Test
  void shouldStayForTheMomentThatTheNextTokenTakes() {
    String subject = UUID.randomUUID().toString();
    assertThat(limits.check("google-token", subject, 10).allowed()).isTrue();

    assertThatCode(() -> quota.take("google-token", subject)).doesNotThrowAnyException();
  }
}
