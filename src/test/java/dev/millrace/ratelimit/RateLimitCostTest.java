package dev.millrace.ratelimit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The table of docs/rate-limits.md, as Redis itself counts. */
class RateLimitCostTest extends RunningLimits {

  private static final String SUBJECT = "somebody";

  @BeforeEach
  void scriptsAreKnownAndTheEngineIsAtRest() {
    for (Algorithm algorithm : Algorithm.values()) {
      String limit = limit(algorithm, 3, MINUTE);
      limits().check(limit, "warm-up");
      limits().refund(limit, "warm-up", 1);
    }
    resetCalls();
    await().during(Duration.ofSeconds(1)).atMost(Duration.ofMinutes(1)).until(() -> quiet(calls()));
  }

  private boolean quiet(Map<String, Long> calls) {
    boolean quiet = calls.isEmpty();
    resetCalls();
    return quiet;
  }

  static Stream<Arguments> costs() {
    return Stream.of(
        // first, later, refused, refund
        Arguments.of(Algorithm.FIXED_WINDOW, 3, 2, 3, 3),
        Arguments.of(Algorithm.SLIDING_WINDOW, 3, 3, 2, 3),
        Arguments.of(Algorithm.SLIDING_LOG, 3, 3, 2, 3),
        Arguments.of(Algorithm.TOKEN_BUCKET, 3, 3, 2, 3));
  }

  @ParameterizedTest
  @MethodSource("costs")
  void shouldCostWhatTheDocumentsSay(
      Algorithm algorithm, int first, int later, int refused, int refund) {
    String limit = algorithm.word();
    RateLimits limits = limits();

    assertThat(cost(() -> assertThat(limits.check(limit, SUBJECT).allowed()).isTrue()))
        .as("first")
        .isEqualTo(first);
    assertThat(cost(() -> assertThat(limits.check(limit, SUBJECT, 2).allowed()).isTrue()))
        .as("later")
        .isEqualTo(later);
    assertThat(cost(() -> assertThat(limits.check(limit, SUBJECT).allowed()).isFalse()))
        .as("refused")
        .isEqualTo(refused);
    assertThat(cost(() -> assertThat(limits.check(limit, SUBJECT).allowed()).isFalse()))
        .as("blocked")
        .isZero();
    assertThat(cost(() -> assertThat(limits.peek(limit, SUBJECT).allowed()).isFalse()))
        .as("peek while blocked")
        .isZero();
    assertThat(cost(() -> limits.refund(limit, SUBJECT, 1))).as("refund").isEqualTo(refund);
    assertThat(cost(() -> assertThat(limits.peek(limit, SUBJECT).remaining()).isEqualTo(1)))
        .as("peek")
        .isEqualTo(1);
    assertThat(cost(() -> limits.reset(limit, SUBJECT))).as("reset").isEqualTo(1);
    assertThat(cost(() -> limits.refund(limit, SUBJECT, 1))).as("nothing to refund").isEqualTo(2);
  }

  @Test
  void shouldAskABatchInOneRequest() {
    RateLimits limits = limits();
    List<Check> all =
        Stream.of(Algorithm.values()).map(one -> new Check(one.word(), SUBJECT)).toList();
    long requests = redis.meter().requests();

    assertThat(cost(() -> assertThat(limits.checkAll(all)).allMatch(Decision::allowed)))
        .isEqualTo(4 * 3);
    assertThat(redis.meter().requests() - requests).isEqualTo(1);

    limits.check("token-bucket", SUBJECT, 2);
    requests = redis.meter().requests();
    assertThat(cost(() -> assertThat(limits.checkAll(all)).noneMatch(Decision::allowed)))
        // 2 + 3 + 3 taken, 2 refused, 3 x 3 given back
        .isEqualTo(8 + 2 + 9);
    assertThat(redis.meter().requests() - requests).isEqualTo(2);
    assertThat(cost(() -> limits.checkAll(all))).as("one of them is blocked").isZero();
  }

  @ParameterizedTest
  @EnumSource(Algorithm.class)
  void shouldCostTheMeterWhatItCostsRedis(Algorithm algorithm) {
    RateLimits limits = limits();
    long before = redis.meter().billed();

    int cost =
        cost(
            () -> {
              for (int i = 0; i < 5; i++) {
                limits.check(algorithm.word(), SUBJECT, i % 2 + 1);
              }
              limits.refund(algorithm.word(), SUBJECT, 2);
            });

    assertThat(redis.meter().billed() - before).isEqualTo(cost);
  }

  private int cost(Runnable action) {
    resetCalls();
    action.run();
    Map<String, Long> calls = calls();
    return (int) calls.values().stream().mapToLong(Long::longValue).sum();
  }
}
