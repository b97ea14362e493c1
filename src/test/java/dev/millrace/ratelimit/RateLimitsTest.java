package dev.millrace.ratelimit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.ratelimit.Decision.Source;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class RateLimitsTest extends RunningLimits {

  private static final String SUBJECT = "somebody";

  @Test
  void shouldTellOfNoTimeThatIsOverFromMemory() {
    String limit = limit(Algorithm.SLIDING_LOG, 10, MINUTE);
    RateLimits limits = limits();
    limits.check(limit, SUBJECT, 1);
    clock.advance(Duration.ofSeconds(30));
    limits.check(limit, SUBJECT, 9);
    assertThat(limits.check(limit, SUBJECT, 8).retryAfter()).isEqualTo(MINUTE);
    clock.advance(Duration.ofSeconds(45));

    assertThat(limits.check(limit, SUBJECT, 8))
        .returns(Source.MEMORY, Decision::source)
        .returns(clock.instant(), Decision::resetAt);
  }

  @Test
  void shouldGiveBackWhatABatchTookBesideAForeignKey() {
    String good = limit("good", Algorithm.SLIDING_LOG, 5, MINUTE, WhenUnreachable.CLOSED);
    String bad = limit("bad", Algorithm.SLIDING_LOG, 5, MINUTE, WhenUnreachable.CLOSED);
    RateLimits limits = limits();
    limits.check(bad, SUBJECT);
    String key = keys().iterator().next();
    plain.delete(key);
    plain.opsForSet().add(key, "foreign");
    plain.expire(key, MINUTE);

    assertThat(limits.checkAll(List.of(new Check(good, SUBJECT, 2), new Check(bad, SUBJECT))))
        .extracting(Decision::source)
        .containsExactly(Source.BATCH, Source.CLOSED);

    assertThat(limits.peek(good, SUBJECT))
        .returns(5L, Decision::remaining)
        .returns(Source.REDIS, Decision::source);
    assertThat(errors()).containsExactly("bad error");
  }

  @ParameterizedTest
  @EnumSource(Algorithm.class)
  void shouldForgetASubject(Algorithm algorithm) {
    String limit = limit(algorithm, 2, MINUTE);
    RateLimits limits = limits();
    limits.check(limit, SUBJECT, 2);
    assertThat(limits.check(limit, SUBJECT).allowed()).isFalse();

    limits.reset(limit, SUBJECT);

    assertThat(limits.check(limit, SUBJECT, 2).allowed()).isTrue();
  }

  @Test
  void shouldCountEachSubjectAndLimitForItself() {
    String one = limit("one", Algorithm.SLIDING_LOG, 1, MINUTE, WhenUnreachable.CLOSED);
    String two = limit("two", Algorithm.SLIDING_LOG, 1, MINUTE, WhenUnreachable.CLOSED);
    RateLimits limits = limits();

    assertThat(limits.check(one, "a").allowed()).isTrue();
    assertThat(limits.check(one, "b").allowed()).isTrue();
    assertThat(limits.check(two, "a").allowed()).isTrue();
    assertThat(limits.check(one, "a").allowed()).isFalse();
  }

  @Test
  void shouldRememberARefusalOnlyForAsMuchAndAsLong() {
    String limit = limit(Algorithm.SLIDING_LOG, 10, MINUTE);
    RateLimits limits = limits();
    limits.check(limit, SUBJECT, 8);

    assertThat(limits.check(limit, SUBJECT, 3).source()).isEqualTo(Source.REDIS);
    clock.advance(Duration.ofSeconds(10));
    Decision again = limits.check(limit, SUBJECT, 5);
    assertThat(again.source()).isEqualTo(Source.MEMORY);
    assertThat(again.retryAfter()).isEqualTo(Duration.ofSeconds(50));
    assertThat(again.remaining()).isEqualTo(2);
    assertThat(limits.check(limit, SUBJECT, 2).allowed()).isTrue();
    assertThat(limits.check(limit, SUBJECT, 3, 100).allowed()).isTrue();
    clock.advance(Duration.ofSeconds(50));
    assertThat(limits.check(limit, SUBJECT, 5).source()).isEqualTo(Source.REDIS);
    assertThat(count("checks", "limit", limit, "outcome", "blocked-locally")).isEqualTo(1);
  }

  @Test
  void shouldAskRedisAgainAfterTheLongestTimeThatItRemembers() {
    String limit = limit(Algorithm.SLIDING_LOG, 1, Duration.ofHours(1));
    RateLimits limits = limits();
    RateLimits other = limits();
    limits.check(limit, SUBJECT);
    limits.check(limit, SUBJECT);
    other.reset(limit, SUBJECT);

    assertThat(limits.check(limit, SUBJECT).source()).isEqualTo(Source.MEMORY);
    clock.advance(Duration.ofMinutes(5));
    assertThat(limits.check(limit, SUBJECT).allowed()).isTrue();
  }

  @Test
  void shouldTakeAllOfABatchOrNothing() {
    String one = limit("one", Algorithm.SLIDING_LOG, 5, MINUTE, WhenUnreachable.CLOSED);
    String two = limit("two", Algorithm.TOKEN_BUCKET, 2, MINUTE, WhenUnreachable.CLOSED);
    RateLimits limits = limits();
    limits.check(two, SUBJECT);

    List<Decision> refused =
        limits.checkAll(List.of(new Check(one, SUBJECT, 2), new Check(two, SUBJECT, 2)));

    assertThat(refused).extracting(Decision::allowed).containsExactly(false, false);
    assertThat(refused).extracting(Decision::source).containsExactly(Source.BATCH, Source.REDIS);
    assertThat(refused.get(0).retryAfter()).isZero();
    assertThat(refused.get(1).retryAfter()).isEqualTo(Duration.ofSeconds(30));
    assertThat(limits.peek(one, SUBJECT).remaining()).isEqualTo(5);
    assertThat(limits.checkAll(List.of(new Check(one, SUBJECT, 2), new Check(two, SUBJECT))))
        .allMatch(Decision::allowed)
        .extracting(Decision::remaining)
        .containsExactly(3L, 0L);
    assertThat(limits.checkAll(List.of())).isEmpty();
  }

  @Test
  void shouldNotRememberWhatABatchLackedOnlyForItsOwnSake() {
    String limit = limit(Algorithm.SLIDING_LOG, 3, MINUTE);
    RateLimits limits = limits();
    Check twice = new Check(limit, SUBJECT, 2);

    assertThat(limits.checkAll(List.of(twice, twice))).noneMatch(Decision::allowed);

    assertThat(limits.check(limit, SUBJECT, 3).allowed()).isTrue();
  }

  @Test
  void shouldLetEverythingPassButTextsWhenSwitchedOff() {
    String limit = limit(Algorithm.SLIDING_LOG, 1, MINUTE);
    String sms = limit("sms-test", Algorithm.SLIDING_LOG, 1, MINUTE, WhenUnreachable.CLOSED);
    RateLimits limits = limits(redis, clock, properties(false, 100));

    for (int i = 0; i < 3; i++) {
      assertThat(limits.check(limit, SUBJECT))
          .returns(true, Decision::allowed)
          .returns(Source.DISABLED, Decision::source);
    }
    assertThat(limits.check(sms, SUBJECT).allowed()).isTrue();
    assertThat(limits.check(sms, SUBJECT).allowed()).isFalse();
    assertThat(count("checks", "limit", limit, "outcome", "disabled")).isEqualTo(3);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, -1, 6, Integer.MAX_VALUE})
  void shouldRefuseAWeightThatCanNeverBeThere(int weight) {
    String limit = limit(Algorithm.SLIDING_LOG, 5, MINUTE);
    RateLimits limits = limits();

    assertThatThrownBy(() -> limits.check(limit, SUBJECT, weight))
        .isInstanceOf(RefusedCheck.class)
        .hasMessage(
            "A weight of %d cannot be taken from the rate limit \"sliding-log\"; ask for 1 to 5.",
            weight);
    Decision some = limits.peek(limit, SUBJECT);
    assertThatThrownBy(() -> limits.refund(some, SUBJECT, weight)).isInstanceOf(RefusedCheck.class);
    assertThatThrownBy(() -> limits.checkAll(List.of(new Check(limit, SUBJECT, weight))))
        .isInstanceOf(RefusedCheck.class);
    assertThat(keys()).isEmpty();
  }

  @Test
  void shouldRefuseASubjectThatIsNone() {
    String limit = limit(Algorithm.SLIDING_LOG, 5, MINUTE);
    RateLimits limits = limits();

    assertThatThrownBy(() -> limits.check(limit, " ")).hasMessageContaining("is blank");
    assertThatThrownBy(() -> limits.check(limit, null)).hasMessageContaining("is null");
    assertThatThrownBy(() -> limits.check(limit, "x".repeat(257)))
        .hasMessageContaining("has 257 characters");
    assertThat(limits.check(limit, "with spaces: and ü").allowed()).isTrue();
  }

  @ParameterizedTest
  @CsvSource({
    "slidin-log,did you mean \"sliding-log\"?",
    "zzz,there are sliding-log.",
    ",there are"
  })
  void shouldNameTheNearestLimit(String name, String hint) {
    limit(Algorithm.SLIDING_LOG, 5, MINUTE);
    RateLimits limits = limits();

    assertThatThrownBy(() -> limits.check(name, SUBJECT))
        .isInstanceOf(UnknownLimit.class)
        .hasMessageContaining(hint);
    assertThatThrownBy(() -> limits.limit(name)).isInstanceOf(UnknownLimit.class);
    assertThat(limits.names()).containsExactly("sliding-log");
  }

  @Test
  void shouldKeepClearOfTheKeysOfNode() {
    settings.put("api", new LimitSettings(null, 5L, MINUTE, null, run, null, null));
    String nodes = run + ":" + SUBJECT;
    plain.opsForZSet().add(nodes, "1700000000000", 1_700_000_000_000.0);
    try {
      assertThat(limits().check("api", SUBJECT).source()).isEqualTo(Source.REDIS);
      assertThat(plain.keys("millrace:" + run + ":*"))
          .containsExactly("millrace:" + run + ":sliding-log:" + SUBJECT);
      assertThat(plain.opsForZSet().size(nodes)).isEqualTo(1);
    } finally {
      plain.delete(nodes);
    }
  }

  @ParameterizedTest
  @EnumSource(Algorithm.class)
  void shouldBePreparedForAForeignKey(Algorithm algorithm) {
    String limit = limit(algorithm, 5, MINUTE);
    RateLimits limits = limits();
    limits.check(limit, SUBJECT);
    String key = keys().iterator().next();
    plain.delete(key);
    plain.opsForSet().add(key, "foreign");
    plain.expire(key, MINUTE);

    assertThat(limits.check(limit, SUBJECT).source()).isEqualTo(Source.CLOSED);
    assertThat(limits.peek(limit, SUBJECT).source()).isEqualTo(Source.CLOSED);
    assertThat(count("errors", "limit", limit, "kind", "error")).isEqualTo(2);
    limits.reset(limit, SUBJECT);
    assertThat(limits.check(limit, SUBJECT).source()).isEqualTo(Source.REDIS);
  }
}
