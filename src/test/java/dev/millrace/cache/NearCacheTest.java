package dev.millrace.cache;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.TextNode;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class NearCacheTest extends RunningCaches {

  private static final Duration STALE = Duration.ofSeconds(5);

  private final TestSettings settings =
      TestSettings.plain().key("a:{user}:{id}", "tag:{id}").near(STALE);

  @Test
  void shouldServeWhatAnotherReplicaDroppedForNoLongerThanAllowed() {
    Replica one = replica(settings);
    Cache<String> cache = one.things();
    CacheKey key = cache.key("ann", "1");
    cache.getOrLoad(key, () -> "old");
    replica(settings).things().delete(key);

    clock.advance(STALE.minusMillis(1));
    assertThat(cache.get(key)).contains("old");
    clock.advance(Duration.ofMillis(1));
    assertThat(cache.get(key)).isEmpty();
  }

  @Test
  void shouldServeNothingThatThisReplicaDropped() {
    Replica one = replica(settings);
    Cache<String> cache = one.things();
    CacheKey key = cache.key("ann", "1");
    List<Runnable> drops =
        List.of(
            () -> cache.delete(key),
            () -> one.caches.drop("things", "ann"),
            () -> one.caches.dropTag("tag:1"),
            () -> one.caches.dropPrefix("a"),
            () -> one.store.delete(key.text()),
            () -> one.store.put(key.text(), TextNode.valueOf("untagged"), STALE));
    for (Runnable drop : drops) {
      cache.getOrLoad(key, () -> "old");
      assertThat(cache.exists(key)).isTrue();
      drop.run();
      assertThat(cache.get(key)).isEmpty();
    }
  }

  @Test
  void shouldServeWhatThisReplicaSet() {
    Cache<String> cache = replica(settings).things();
    CacheKey key = cache.key("ann", "1");
    cache.getOrLoad(key, () -> "old");

    cache.set(key, "new");

    assertThat(cache.get(key)).contains("new");
  }

  @Test
  void shouldKeepNoCopyOfWhatWasDroppedWhileItWasLoaded() {
    Replica one = replica(settings);
    Cache<String> cache = one.things();
    CacheKey key = cache.key("ann", "1");

    cache.getOrLoad(
        key,
        () -> {
          one.caches.dropTag("tag:1");
          return "old";
        });

    assertThat(cache.get(key)).isEmpty();
  }

  @Test
  void shouldCountTheTimeOfACopyFromBeforeItsLoad() {
    Cache<String> cache = replica(settings).things();
    Cache<String> elsewhere = replica(settings).things();
    CacheKey quick = cache.key("ann", "1");
    CacheKey slow = cache.key("ann", "2");
    cache.getOrLoad(slow, () -> droppedWhileLoaded(elsewhere, slow, STALE));
    assertThat(cache.get(slow)).isEmpty();

    cache.getOrLoad(quick, () -> droppedWhileLoaded(elsewhere, quick, STALE.minusMillis(1)));
    assertThat(cache.get(quick)).contains("old");
    clock.advance(Duration.ofMillis(1));
    assertThat(cache.get(quick)).isEmpty();
  }

  private String droppedWhileLoaded(Cache<String> elsewhere, CacheKey key, Duration time) {
    elsewhere.delete(key);
    clock.advance(time);
    return "old";
  }

  @Test
  void shouldNotServeACopyLongerThanItsEntryLives() {
    Cache<String> cache =
        replica(TestSettings.plain().ttl(Duration.ofSeconds(10)).near(Duration.ofSeconds(10)))
            .things();
    cache.getOrLoad(cache.key("1"), () -> "x");
    clock.advance(Duration.ofSeconds(6));
    cache.get(cache.key("1"));
    sent();

    clock.advance(Duration.ofSeconds(4));
    cache.get(cache.key("1"));

    assertThat(sent()).isEqualTo(Map.of("mget", 1L));
  }

  @Test
  void shouldHoldNoMoreThanAllowed() {
    Cache<String> cache = replica(TestSettings.plain().near(STALE).nearEntries(10)).things();
    for (int number = 0; number < 100; number++) {
      cache.getOrLoad(cache.key(number), () -> "x");
    }
    sent();

    for (int number = 0; number < 100; number++) {
      cache.get(cache.key(number));
    }

    assertThat(sent().get("mget")).isGreaterThanOrEqualTo(90);
  }

  @Test
  void shouldKeepACopyOfWhatIsNotThere() {
    Replica one = replica(TestSettings.plain().near(STALE).negativeTtl(Duration.ofSeconds(30)));
    Cache<String> cache = one.things();
    cache.getOrLoad(cache.key("1"), () -> null);
    sent();

    assertThat(cache.getOrLoad(cache.key("1"), () -> "x")).isEmpty();

    assertThat(sent()).isEmpty();
    assertThat(one.count("gets", "result", "negative")).isOne();
  }
}
