package dev.millrace.ratelimit;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A thousand at once, on two replicas: as many pass as the limit says, and not one more. */
class ParallelChecksTest extends RunningLimits {

  private static final int CHECKS = 1_000;

  @ParameterizedTest
  @EnumSource(Algorithm.class)
  void shouldLetExactlyTheQuotaThrough(Algorithm algorithm) throws Exception {
    String limit = limit(algorithm, 137, MINUTE);
    List<RateLimits> replicas = List.of(limits(), limits());

    long passed = passed(i -> replicas.get(i % 2).check(limit, "burst").allowed());

    assertThat(errors()).isEmpty();
    assertThat(passed).isEqualTo(137);
    assertThat(replicas.get(0).peek(limit, "burst").remaining()).isZero();
    assertThat(count("checks", "limit", limit, "outcome", "allowed")).isEqualTo(137);
    assertThat(
            count("checks", "limit", limit, "outcome", "refused")
                + count("checks", "limit", limit, "outcome", "blocked-locally"))
        .isEqualTo(CHECKS - 137);
  }

  @ParameterizedTest
  @EnumSource(Algorithm.class)
  void shouldCountWeightsExactly(Algorithm algorithm) throws Exception {
    String limit = limit(algorithm, 500, MINUTE);
    List<RateLimits> replicas = List.of(limits(), limits());

    long passed = passed(i -> replicas.get(i % 2).check(limit, "burst", 7).allowed());

    assertThat(passed).isEqualTo(500 / 7);
    assertThat(replicas.get(0).peek(limit, "burst").remaining()).isEqualTo(500 % 7);
  }

  @ParameterizedTest
  @EnumSource(Algorithm.class)
  void shouldLetBatchesPassWholeOrNotAtAll(Algorithm algorithm) throws Exception {
    String limit = limit(algorithm, 100, MINUTE);
    String other = limit("other", algorithm, 40, MINUTE, WhenUnreachable.CLOSED);
    RateLimits limits = limits();
    List<Check> both = List.of(new Check(limit, "burst"), new Check(other, "burst"));

    long passed =
        passed(
            // Each is a request of its own, and no more fit the client's pool of connections.
            Executors.newFixedThreadPool(16),
            i -> limits.checkAll(both).stream().allMatch(Decision::allowed));

    assertThat(errors()).isEmpty();
    // Not exactly, since a batch holds what it gives back for a moment.
    assertThat(passed).isBetween(1L, 40L);
    assertThat(limits.peek(limit, "burst").remaining()).isEqualTo(100 - passed);
    assertThat(limits.peek(other, "burst").remaining()).isEqualTo(40 - passed);
  }

  private interface Asking {
    boolean ask(int number);
  }

  private static long passed(Asking asking) throws Exception {
    return passed(Executors.newVirtualThreadPerTaskExecutor(), asking);
  }

  private static long passed(ExecutorService executor, Asking asking) throws Exception {
    try (ExecutorService threads = executor) {
      List<Callable<Boolean>> all =
          IntStream.range(0, CHECKS).<Callable<Boolean>>mapToObj(i -> () -> asking.ask(i)).toList();
      long passed = 0;
      for (Future<Boolean> one : threads.invokeAll(all)) {
        passed += one.get() ? 1 : 0;
      }
      return passed;
    }
  }
}
