package dev.millrace.ratelimit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.TestClock;
import dev.millrace.ratelimit.Decision.Source;
import java.time.Duration;
import java.time.Instant;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** When there is how much, by a clock that the test moves. */
class WindowTest extends RunningLimits {

  private static final String SUBJECT = "somebody";

  @Test
  void shouldBeginAFixedWindowAnewByTheClock() {
    String limit = limit(Algorithm.FIXED_WINDOW, 2, MINUTE);
    clock.set("2026-03-01T09:00:59.999Z");
    RateLimits limits = limits();

    assertThat(limits.check(limit, SUBJECT, 2).allowed()).isTrue();
    Decision refused = limits.check(limit, SUBJECT);
    clock.advance(Duration.ofMillis(1));

    assertThat(refused.retryAfter()).isEqualTo(Duration.ofMillis(1));
    assertThat(refused.resetAt()).isEqualTo(Instant.parse("2026-03-01T09:01:00Z"));
    assertThat(limits.check(limit, SUBJECT).remaining()).isEqualTo(1);
  }

  @Test
  void shouldLetTheWindowBeforeFadeEvenly() {
    String limit = limit(Algorithm.SLIDING_WINDOW, 60, MINUTE);
    RateLimits limits = limits();
    limits.check(limit, SUBJECT, 60);

    assertThat(limits.peek(limit, SUBJECT).remaining()).isZero();
    clock.set("2026-03-01T09:01:00Z");
    assertThat(limits.peek(limit, SUBJECT).remaining()).isZero();
    clock.set("2026-03-01T09:01:15Z");
    assertThat(limits.peek(limit, SUBJECT).remaining()).isEqualTo(15);
    clock.set("2026-03-01T09:01:59.999Z");
    assertThat(limits.peek(limit, SUBJECT).remaining()).isEqualTo(59);
    clock.set("2026-03-01T09:02:00Z");
    assertThat(limits.peek(limit, SUBJECT).remaining()).isEqualTo(60);
  }

  @Test
  void shouldFreeEachMomentAWindowLater() {
    String limit = limit(Algorithm.SLIDING_LOG, 3, MINUTE);
    RateLimits limits = limits();
    limits.check(limit, SUBJECT);
    clock.advance(Duration.ofSeconds(20));
    limits.check(limit, SUBJECT, 2);

    Decision refused = limits.check(limit, SUBJECT, 2);

    assertThat(refused.retryAfter()).isEqualTo(Duration.ofSeconds(60));
    assertThat(refused.resetAt()).isEqualTo(Instant.parse("2026-03-01T09:01:00Z"));
    clock.set("2026-03-01T09:01:00Z");
    assertThat(limits.check(limit, SUBJECT).allowed()).isTrue();
    assertThat(limits.check(limit, SUBJECT).allowed()).isFalse();
  }

  @Test
  void shouldRefillABucketWithoutLosingAFraction() {
    String limit = "bucket";
    settings.put(
        limit,
        new LimitSettings(
            Algorithm.TOKEN_BUCKET, 7L, Duration.ofSeconds(1_000), 3L, run + ":b", null, null));
    RateLimits limits = limits(redis, clock, properties(true, 0));
    limits.check(limit, SUBJECT, 3);

    // 13,000 s in steps that are no multiple of what a token takes.
    int taken = 0;
    for (int i = 0; i < 1_000; i++) {
      clock.advance(Duration.ofSeconds(13));
      taken += limits.check(limit, SUBJECT).allowed() ? 1 : 0;
    }

    assertThat(taken).isEqualTo(91);
    assertThat(limits.peek(limit, SUBJECT).quota()).isEqualTo(3);
  }

  @ParameterizedTest
  @EnumSource(Algorithm.class)
  void shouldNotMoveBackForAReplicaWhoseClockIsLate(Algorithm algorithm) {
    String limit = limit(algorithm, 2, MINUTE);
    RateLimits ahead = limits();
    TestClock lateClock = new TestClock(clock.instant().minusSeconds(5));
    RateLimits late = limits(redis, lateClock, properties(true, 0));
    ahead.check(limit, SUBJECT, 2);

    Decision refused = late.check(limit, SUBJECT);

    if (algorithm == Algorithm.FIXED_WINDOW) {
      // It is still in the window before, and takes nothing of the next one.
      assertThat(refused.allowed()).isTrue();
      assertThat(ahead.peek(limit, SUBJECT).remaining()).isZero();
    } else {
      assertThat(refused.allowed()).isFalse();
      assertThat(late.peek(limit, SUBJECT).resetAt()).isEqualTo(refused.resetAt());
      lateClock.advance(refused.retryAfter().minusMillis(1));
      assertThat(late.check(limit, SUBJECT).allowed()).isFalse();
      lateClock.advance(Duration.ofMillis(1));
      assertThat(late.check(limit, SUBJECT).allowed()).isTrue();
    }
  }

  /** Whatever happened, a peek says what a check would, and its times are exact to the ms. */
  @ParameterizedTest
  @EnumSource(Algorithm.class)
  void shouldKeepItsWordToTheMillisecond(Algorithm algorithm) {
    Random random = new Random(algorithm.ordinal());
    for (int round = 0; round < 12; round++) {
      String subject = "round-" + round;
      int quota = 1 + random.nextInt(20);
      String limit = limit(algorithm, quota, Duration.ofMillis(1_000 + random.nextInt(5_000)));
      RateLimits limits = limits(redis, clock, properties(true, 0));
      for (int step = 0; step < 8; step++) {
        clock.advance(Duration.ofMillis(random.nextInt(2_500)));
        Decision peeked = limits.peek(limit, subject);
        int weight = 1 + random.nextInt(quota);
        Decision checked = limits.check(limit, subject, weight);
        assertThat(checked.allowed()).isEqualTo(peeked.remaining() >= weight);
        assertThat(checked.remaining())
            .isEqualTo(peeked.remaining() - (checked.allowed() ? weight : 0));
        Decision after = limits.peek(limit, subject);
        assertThat(after.remaining()).isEqualTo(checked.remaining());
        assertThat(after.resetAt()).isEqualTo(checked.resetAt());
        assertThat(after.source()).isEqualTo(Source.REDIS);
        foresee(limits, limit, subject, weight, checked);
      }
    }
  }

  private void foresee(
      RateLimits limits, String limit, String subject, int weight, Decision checked) {
    Instant now = clock.instant();
    if (checked.remaining() < checked.quota()) {
      clock.set(checked.resetAt().minusMillis(1));
      assertThat(limits.peek(limit, subject).remaining()).isEqualTo(checked.remaining());
      clock.set(checked.resetAt());
      assertThat(limits.peek(limit, subject).remaining()).isGreaterThan(checked.remaining());
    } else {
      assertThat(checked.resetAt()).isEqualTo(now);
    }
    if (!checked.allowed()) {
      clock.set(now.plus(checked.retryAfter()).minusMillis(1));
      assertThat(limits.peek(limit, subject).remaining()).isLessThan(weight);
      clock.set(now.plus(checked.retryAfter()));
      assertThat(limits.peek(limit, subject).remaining()).isGreaterThanOrEqualTo(weight);
    }
    clock.set(now);
  }
}
