package dev.millrace.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.Counter;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class WarmUpTest extends RunningCaches {

  @Test
  void shouldMakeEntriesAFewAtATime() {
    Replica one = replica(TestSettings.plain().near(Duration.ofSeconds(5)));
    Cache<String> cache = one.things();
    cache.set(cache.key(0), "there already");
    AtomicInteger now = new AtomicInteger();
    AtomicInteger most = new AtomicInteger();
    CacheWarmer<String> warmer =
        new CacheWarmer<>(
            "numbers",
            cache,
            () -> IntStream.range(0, 20).mapToObj(cache::key).toList(),
            key -> {
              most.accumulateAndGet(now.incrementAndGet(), Math::max);
              Thread.yield();
              now.decrementAndGet();
              return key.text();
            });

    try (WarmUp warmUp = new WarmUp(List.of(warmer), 3, one.meters)) {
      warmUp.begin();
      await().until(() -> warmed(one, "numbers", "warmed") == 20);
    }

    assertThat(most.get()).isBetween(1, 3);
    assertThat(cache.get(cache.key(0))).contains("there already");
    assertThat(cache.get(cache.key(19))).contains("thing:19");
  }

  @Test
  void shouldCountWhatFailsAndGoOn() {
    Replica one = replica(TestSettings.plain());
    Cache<String> cache = one.things();
    CacheWarmer<String> noKeys =
        new CacheWarmer<>(
            "no keys",
            cache,
            () -> {
              throw new IllegalStateException("no keys");
            },
            CacheKey::text);
    CacheWarmer<String> half =
        new CacheWarmer<>(
            "half",
            cache,
            () -> List.of(cache.key("good"), cache.key("bad")),
            key -> {
              if (key.text().endsWith("bad")) {
                throw new IllegalStateException("bad");
              }
              return "x";
            });

    try (WarmUp warmUp = new WarmUp(List.of(noKeys, half), 1, one.meters)) {
      warmUp.begin();
      await().until(() -> warmed(one, "half", "failed") == 1);
    }

    assertThat(warmed(one, "no keys", "failed")).isOne();
    assertThat(warmed(one, "half", "warmed")).isOne();
    assertThat(cache.get(cache.key("good"))).contains("x");
  }

  private static double warmed(Replica replica, String name, String outcome) {
    Counter counter =
        replica
            .meters
            .find("millrace.cache.warmups")
            .tags("warmer", name, "outcome", outcome)
            .counter();
    return counter == null ? 0 : counter.count();
  }
}
