package dev.millrace.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.millrace.rest.client.RestRedis;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;

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

  @Test
  void shouldBeginWhenTheApplicationIsReady() {
    Replica one = replica(TestSettings.plain());
    Cache<String> cache = one.things();
    CacheWarmer<String> warmer =
        new CacheWarmer<>("ready", cache, () -> List.of(cache.key("1")), key -> "x");
    try (AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext()) {
      context.registerBean(Clock.class, () -> clock);
      context.registerBean(MeterRegistry.class, () -> one.meters);
      context.registerBean(RestRedis.class, () -> redis, bean -> bean.setDestroyMethodName(""));
      context.registerBean(CacheWarmer.class, () -> warmer);
      context.register(CacheConfiguration.class);
      context.refresh();
      assertThat(cache.exists(cache.key("1"))).isFalse();

      context.publishEvent(
          new ApplicationReadyEvent(
              new SpringApplication(), new String[0], context, Duration.ZERO));

      await().until(() -> warmed(one, "ready", "warmed") == 1);
    }
    assertThat(cache.get(cache.key("1"))).contains("x");
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
