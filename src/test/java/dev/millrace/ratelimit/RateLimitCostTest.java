package dev.millrace.ratelimit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.millrace.rest.client.RestTarget;
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
      limits().refund(limits().check(limit, "warm-up"), "warm-up", 1);
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

    Decision[] taken = new Decision[1];
    assertThat(cost(() -> taken[0] = limits.check(limit, SUBJECT))).as("first").isEqualTo(first);
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
    assertThat(cost(() -> limits.refund(taken[0], SUBJECT, 1))).as("refund").isEqualTo(refund);
    assertThat(cost(() -> assertThat(limits.peek(limit, SUBJECT).remaining()).isEqualTo(1)))
        .as("peek")
        .isEqualTo(1);
    assertThat(cost(() -> limits.reset(limit, SUBJECT))).as("reset").isEqualTo(1);
    assertThat(cost(() -> limits.refund(taken[0], SUBJECT, 1)))
        .as("nothing to refund")
        .isEqualTo(2);
  }

  @Test
  void shouldAskABatchInOneRequest() {
    redis.close();
    redis =
        client(
            () -> new RestTarget("http://localhost:" + port + "/redis", gatewayToken),
            MINUTE,
            // as long as a busy machine may take to ask four times
            Duration.ofMillis(100));
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
              Decision taken = limits.check(algorithm.word(), SUBJECT, 1);
              for (int i = 0; i < 4; i++) {
                limits.check(algorithm.word(), SUBJECT, 2 - i % 2);
              }
              limits.refund(taken, SUBJECT, 2);
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
