package dev.millrace.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class RefreshAheadTest extends RunningCaches {

  private final TestSettings settings =
      TestSettings.plain()
          .ttl(Duration.ofMinutes(10))
          .refreshAhead(0.8)
          .lock(null)
          .negativeTtl(Duration.ofMinutes(1));

  @Test
  void shouldServeTheOldValueWhileOneReplicaLoadsTheNew() throws Exception {
    Replica one = replica(settings);
    Replica two = replica(settings);
    Cache<String> here = one.things();
    CacheKey key = here.key("1");
    loadAndAge(here, "old", Duration.ofMinutes(8));
    AtomicInteger loads = new AtomicInteger();
    CountDownLatch go = new CountDownLatch(1);

    for (int time = 0; time < 5; time++) {
      for (Replica replica : new Replica[] {one, two}) {
        assertThat(
                replica
                    .things()
                    .getOrLoad(
                        key,
                        () -> {
                          loads.incrementAndGet();
                          awaitLatch(go);
                          return "new";
                        }))
            .contains("old");
      }
    }
    // one read each, one lock each
    await().until(() -> one.count("billed") + two.count("billed") == 15 && loads.get() == 1);
    go.countDown();

    await().until(() -> here.get(key).orElseThrow().equals("new"));
    assertThat(loads).hasValue(1);
    assertThat(one.loads("loaded") + two.loads("loaded")).isEqualTo(2);
  }

  @Test
  void shouldLeaveAYoungEntryAlone() {
    Replica one = replica(settings);
    Cache<String> cache = one.things();
    loadAndAge(cache, "old", Duration.ofMinutes(7));

    assertThat(cache.getOrLoad(cache.key("1"), () -> "new")).contains("old");

    one.close();
    assertThat(one.loads("loaded")).isOne();
  }

  @Test
  void shouldKeepTheOldValueWhenItCannotBeLoadedAnew() {
    Replica one = replica(settings);
    Cache<String> cache = one.things();
    loadAndAge(cache, "old", Duration.ofMinutes(9));

    assertThat(
            cache.getOrLoad(
                cache.key("1"),
                () -> {
                  throw new IllegalStateException("source is down");
                }))
        .contains("old");

    await().until(() -> one.loads("failed") == 1);
    assertThat(cache.get(cache.key("1"))).contains("old");
    assertThat(plain.getExpire("cachetest:thing:1")).isPositive();
  }

  @Test
  void shouldRememberThatTheValueIsGone() {
    Replica one = replica(settings);
    Cache<String> cache = one.things();
    loadAndAge(cache, "old", Duration.ofMinutes(9));

    assertThat(cache.getOrLoad(cache.key("1"), () -> null)).contains("old");

    await().until(() -> cache.get(cache.key("1")).isEmpty());
    assertThat(cache.exists(cache.key("1"))).isTrue();
  }

  @Test
  void shouldRemoveAValueThatIsGoneWhereThatIsNotRemembered() {
    Replica one = replica(settings.negativeTtl(Duration.ZERO).near(Duration.ofSeconds(1)));
    Cache<String> cache = one.things();
    loadAndAge(cache, "old", Duration.ofMinutes(9));

    assertThat(cache.getOrLoad(cache.key("1"), () -> null)).contains("old");

    await().until(() -> !plain.hasKey("cachetest:thing:1"));
    await().until(() -> !cache.exists(cache.key("1")));
  }

  @Test
  void shouldLetNobodyWaitAfterARefreshThatStoredNothing() {
    Replica one = replica(settings.negativeTtl(Duration.ZERO));
    Cache<String> cache = one.things();
    loadAndAge(cache, "old", Duration.ofMinutes(9));

    cache.getOrLoad(cache.key("1"), () -> null);
    // the load's three, the hit, its lock, the entry and the lock removed
    await().until(() -> one.count("billed") == 7);

    assertThat(cache.getOrLoad(cache.key("1"), () -> "again")).contains("again");
    assertThat(one.pauses).isEmpty();
    assertThat(cache.exists(cache.key("1"))).isTrue();
  }

  @Test
  void shouldLetNobodyWaitAfterARefreshThatFailed() {
    Replica one = replica(settings);
    Replica two = replica(settings);
    Cache<String> cache = one.things();
    loadAndAge(cache, "old", Duration.ofMinutes(9));

    cache.getOrLoad(
        cache.key("1"),
        () -> {
          throw new IllegalStateException("source is down");
        });
    await().until(() -> one.count("billed") == 6);
    plain.delete("cachetest:thing:1");

    assertThat(two.things().getOrLoad(cache.key("1"), () -> "new")).contains("new");
    assertThat(two.pauses).isEmpty();
  }

  @Test
  void shouldRefreshWhatIsOnlyReadFromItsCopy() {
    Replica one = replica(settings.near(Duration.ofMinutes(10)));
    Cache<String> cache = one.things();
    loadAndAge(cache, "old", Duration.ofMinutes(9));
    sent();

    assertThat(cache.getOrLoad(cache.key("1"), () -> "new")).contains("old");

    await().until(() -> cache.get(cache.key("1")).orElseThrow().equals("new"));
    assertThat(replica(settings).things().get(cache.key("1"))).contains("new");
    assertThat(one.count("gets", "result", "far")).isZero();
  }

  @Test
  void shouldStoreNothingThatWasDroppedMeanwhile() {
    Replica one = replica(settings);
    Cache<String> cache = one.things();
    loadAndAge(cache, "old", Duration.ofMinutes(9));

    cache.getOrLoad(
        cache.key("1"),
        () -> {
          cache.delete(cache.key("1"));
          return "older than the drop";
        });

    await().untilAsserted(() -> assertThat(one.loads("loaded")).isEqualTo(2));
    await().untilAsserted(() -> assertThat(one.count("billed")).isEqualTo(7));
    assertThat(cache.exists(cache.key("1"))).isFalse();
  }

  private void loadAndAge(Cache<String> cache, String value, Duration age) {
    cache.getOrLoad(cache.key("1"), () -> value);
    // it has run out long before, and only the clock of the test jumps
    plain.delete(plain.keys("cachetest::lock:*"));
    clock.advance(age);
  }

  private static void awaitLatch(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
