package dev.millrace.cache;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.TextNode;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** What each operation is billed, as Redis counts it. */
class CacheCostTest extends RunningCaches {

  private static final Map<String, Long> NOTHING = Map.of();

  @Test
  void shouldReadAnEntryAndItsMarksByOneCommand() {
    Replica one = replica(TestSettings.plain().key("a:b:{id}", "tag:{id}", "other:{owner}"));
    Cache<String> cache = one.things();
    CacheKey key = cache.key("7", "ann");

    cache.get(key);
    assertThat(sent()).isEqualTo(Map.of("mget", 1L));
    cache.exists(key);
    assertThat(sent()).isEqualTo(Map.of("mget", 1L));
    assertThat(one.count("billed", "cache", "things")).isEqualTo(2);
  }

  @Test
  void shouldStoreByOneCommandWhatWasReadHereAndByTwoWhatWasNot() {
    Replica one = replica(TestSettings.plain());
    Cache<String> cache = one.things();

    cache.set(cache.key("new"), "x");
    assertThat(sent()).isEqualTo(Map.of("mget", 1L, "set", 1L));
    cache.set(cache.key("new"), "y");
    assertThat(sent()).isEqualTo(Map.of("set", 1L));
    clock.advance(Duration.ofSeconds(61));
    cache.set(cache.key("new"), "z");
    assertThat(sent()).isEqualTo(Map.of("mget", 1L, "set", 1L));
  }

  @Test
  void shouldLoadByTwoCommandsAndByThreeWithALock() {
    Cache<String> alone = replica(TestSettings.plain()).things();
    Cache<String> locked = replica(TestSettings.plain().lock(null)).things();

    alone.getOrLoad(alone.key("1"), () -> "x");
    assertThat(sent()).isEqualTo(Map.of("mget", 1L, "set", 1L));
    locked.getOrLoad(locked.key("2"), () -> "x");
    assertThat(sent()).isEqualTo(Map.of("mget", 1L, "set", 2L));
    locked.getOrLoad(locked.key("2"), () -> "x");
    assertThat(sent()).isEqualTo(Map.of("mget", 1L));
  }

  @Test
  void shouldGiveTheLockBackByOneCommandWhenNothingIsStored() {
    Cache<String> cache = replica(TestSettings.plain().lock(null)).things();

    cache.getOrLoad(cache.key("1"), () -> null);

    assertThat(sent()).isEqualTo(Map.of("mget", 1L, "set", 1L, "del", 1L));
  }

  @Test
  void shouldDropOneEntryOrThousandsByOneCommand() {
    Replica one = replica(TestSettings.plain().key("a:{user}:{id}", "tag:{user}"));
    Cache<String> cache = one.things();
    for (int number = 0; number < 50; number++) {
      cache.set(cache.key("ann", number), "x");
    }
    sent();

    cache.delete(cache.key("ann", "1"));
    assertThat(sent()).isEqualTo(Map.of("set", 1L));
    one.caches.drop("things", "ann");
    assertThat(sent()).isEqualTo(Map.of("set", 1L));
    one.caches.dropTag("tag:ann");
    assertThat(sent()).isEqualTo(Map.of("set", 1L));
    one.caches.dropPrefix("a");
    assertThat(sent()).isEqualTo(Map.of("set", 1L));
    one.caches.dropEach("things", List.of("ann", "bob", "ann"));
    assertThat(sent()).isEqualTo(Map.of("set", 2L));
    one.caches.dropEach("things", List.of());
    assertThat(sent()).isEqualTo(NOTHING);
  }

  @Test
  void shouldSendNothingForACopyInThisProcess() {
    Replica one = replica(TestSettings.plain().near(Duration.ofSeconds(5)));
    Cache<String> cache = one.things();
    cache.getOrLoad(cache.key("1"), () -> "x");
    sent();

    cache.get(cache.key("1"));
    cache.getOrLoad(cache.key("1"), () -> "y");
    cache.exists(cache.key("1"));

    assertThat(sent()).isEqualTo(NOTHING);
    assertThat(one.count("gets", "result", "near")).isEqualTo(3);
  }

  @Test
  void shouldRefreshByTwoCommandsMore() {
    Replica one = replica(TestSettings.plain().refreshAhead(0.5).lock(null));
    Cache<String> cache = one.things();
    cache.getOrLoad(cache.key("1"), () -> "x");
    // its lock has run out by then
    plain.delete(plain.keys("cachetest::lock:*"));
    clock.advance(Duration.ofMinutes(6));
    sent();

    cache.getOrLoad(cache.key("1"), () -> "y");

    Awaitility.await().until(() -> one.count("billed") == 6);
    assertThat(sent()).isEqualTo(Map.of("mget", 1L, "set", 2L));
  }

  @Test
  void shouldAdministerSingleEntriesByOneOrTwoCommands() {
    Replica one = replica(TestSettings.plain());

    one.store.put("some:key", TextNode.valueOf("x"), Duration.ofMinutes(1));
    assertThat(sent()).isEqualTo(Map.of("mget", 1L, "set", 1L));
    one.store.get("some:key");
    assertThat(sent()).isEqualTo(Map.of("mget", 1L));
    one.store.ttl("some:key");
    assertThat(sent()).isEqualTo(Map.of("mget", 1L));
    one.store.delete("some:key");
    assertThat(sent()).isEqualTo(Map.of("del", 1L, "set", 1L));
  }
}
