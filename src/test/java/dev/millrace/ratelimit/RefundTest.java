package dev.millrace.ratelimit;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What comes back of what a check took, and what does not. */
class RefundTest extends RunningLimits {

  private static final String SUBJECT = "somebody";

  @ParameterizedTest
  @EnumSource(Algorithm.class)
  void shouldGiveBackNoMoreThanWasTaken(Algorithm algorithm) {
    String limit = limit(algorithm, 5, MINUTE);
    RateLimits limits = limits();
    Decision taken = limits.check(limit, SUBJECT, 3);

    limits.refund(taken, SUBJECT, 1);
    assertThat(limits.peek(limit, SUBJECT).remaining()).isEqualTo(3);
    limits.refund(taken, SUBJECT, 5);
    assertThat(limits.peek(limit, SUBJECT).remaining()).isEqualTo(5);
    limits.refund(taken, "nobody", 5);
    assertThat(limits.peek(limit, "nobody").remaining()).isEqualTo(5);
  }

  @ParameterizedTest
  @EnumSource(Algorithm.class)
  void shouldGiveBackWhatAQuotaOfItsOwnLetPass(Algorithm algorithm) {
    String limit = limit(algorithm, 5, MINUTE);
    RateLimits limits = limits();
    Decision taken = limits.check(limit, SUBJECT, 100, 600);
    assertThat(taken.remaining()).isEqualTo(500);

    limits.refund(taken, SUBJECT, 80);

    assertThat(limits.peek(limit, SUBJECT, 600).remaining()).isEqualTo(580);
  }

  @ParameterizedTest
  @EnumSource(Algorithm.class)
  void shouldGiveBackNothingThatWasTakenAWindowAgoOrRefused(Algorithm algorithm) {
    String limit = limit(algorithm, 5, MINUTE);
    RateLimits limits = limits();
    Decision old = limits.check(limit, SUBJECT, 5);
    Decision refused = limits.check(limit, SUBJECT, 1);
    clock.advance(MINUTE.multipliedBy(2));
    limits.check(limit, SUBJECT, 5);

    limits.refund(old, SUBJECT, 5);
    limits.refund(refused, SUBJECT, 1);

    assertThat(limits.peek(limit, SUBJECT).remaining()).isZero();
  }

  @Test
  void shouldGiveBackTheMomentThatWasTakenAndNotALaterOne() {
    String limit = limit(Algorithm.SLIDING_LOG, 2, MINUTE);
    RateLimits limits = limits();
    Decision first = limits.check(limit, SUBJECT);
    clock.advance(Duration.ofSeconds(30));
    limits.check(limit, SUBJECT);

    limits.refund(first, SUBJECT, 1);
    clock.advance(Duration.ofSeconds(40));

    assertThat(limits.peek(limit, SUBJECT).remaining()).isEqualTo(1);
  }

  @Test
  void shouldGiveBackToTheFixedWindowItWasTakenFrom() {
    String limit = limit(Algorithm.FIXED_WINDOW, 2, MINUTE);
    clock.set("2026-03-01T09:00:50Z");
    RateLimits limits = limits();
    Decision before = limits.check(limit, SUBJECT);
    clock.advance(Duration.ofSeconds(20));
    limits.check(limit, SUBJECT);

    limits.refund(before, SUBJECT, 1);

    assertThat(limits.peek(limit, SUBJECT).remaining()).isEqualTo(1);
  }
}
