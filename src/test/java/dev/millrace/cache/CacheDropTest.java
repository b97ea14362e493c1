package dev.millrace.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.IntNode;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

class CacheDropTest extends RunningCaches {

  @Test
  void shouldDropWhatLiesUnderAPrefixAndNothingElse() {
    Replica one = replica(TestSettings.plain().key("calendar:slots:{user}:{from}_{to}"));
    Replica two = replica(TestSettings.plain().key("calendar:slots:{user}:{from}_{to}"));
    Cache<String> cache = one.things();
    CacheKey june = cache.key("42", "june", "july");
    CacheKey may = cache.key("42", "may", "june");
    CacheKey others = cache.key("421", "june", "july");
    List.of(june, may, others).forEach(key -> cache.set(key, "x"));

    two.caches.drop("things", "42");

    assertThat(cache.exists(june)).isFalse();
    assertThat(cache.exists(may)).isFalse();
    assertThat(cache.exists(others)).isTrue();
    two.caches.drop("things");
    assertThat(cache.exists(others)).isFalse();
  }

  @Test
  void shouldDropByATagAcrossCaches() {
    CacheProperties both =
        TestSettings.properties(
            Map.of(
                "lists", TestSettings.plain().key("list:{user}", "contacts:{user}").build(),
                "profiles", TestSettings.plain().key("profile:{id}", "contacts:{user}").build()));
    Replica one = replica(both);
    Cache<String> lists = one.caches.cache("lists", String.class);
    Cache<String> profiles = one.caches.cache("profiles", String.class);
    lists.set(lists.key("ann"), "x");
    profiles.set(profiles.key("1", "ann"), "x");
    profiles.set(profiles.key("2", "bob"), "x");

    lists.set(lists.key("c:d"), "x");

    replica(both).caches.dropTag("contacts:ann");
    replica(both).caches.dropTagged("contacts:{user}", "c:d");

    assertThat(lists.exists(lists.key("ann"))).isFalse();
    assertThat(lists.exists(lists.key("c:d"))).isFalse();
    assertThat(profiles.exists(profiles.key("1", "ann"))).isFalse();
    assertThat(profiles.exists(profiles.key("2", "bob"))).isTrue();
  }

  @Test
  void shouldDropByATagOfAnEntryOfItsOwn() {
    Replica one = replica(TestSettings.plain());
    Cache<String> cache = one.things();
    CacheKey key = cache.key("1").tagged("team:7");
    cache.set(key, "x");
    assertThat(cache.get(key)).contains("x");

    one.caches.dropTag("team:7");

    assertThat(cache.get(key)).isEmpty();
  }

  @Test
  void shouldNotGiveAnEntryToWhoReliesOnATagThatItHasNot() {
    Cache<String> cache = replica(TestSettings.plain()).things();
    cache.set(cache.key("1"), "x");

    assertThat(cache.get(cache.key("1").tagged("team:7"))).isEmpty();
  }

  @Test
  void shouldSpareWhatLiesUnderAnEntryThatIsDeleted() {
    Replica one = replica(TestSettings.plain().key("a:{x}"));
    one.store.put("a:1:b", IntNode.valueOf(1), Duration.ofMinutes(1));

    one.things().delete(one.things().key("1"));

    assertThat(one.store.get("a:1:b")).isPresent();
  }

  @Test
  void shouldNotServeWhatWasLoadedBeforeADropAndStoredAfterIt() {
    Replica one = replica(TestSettings.plain().key("a:{user}:{id}", "tag:{id}"));
    Replica two = replica(TestSettings.plain().key("a:{user}:{id}", "tag:{id}"));
    Cache<String> cache = one.things();
    CacheKey key = cache.key("ann", "1");
    List<Runnable> drops =
        List.of(
            () -> two.caches.dropTag("tag:1"),
            () -> two.caches.drop("things", "ann"),
            () -> two.caches.drop("things", "ann", "1"),
            () -> two.things().delete(key),
            () -> two.store.delete(key.text()));
    for (Runnable drop : drops) {
      String loaded =
          cache
              .getOrLoad(
                  key,
                  () -> {
                    drop.run();
                    return "old";
                  })
              .orElseThrow();

      assertThat(loaded).isEqualTo("old");
      assertThat(plain.hasKey("cachetest:" + key.text())).isTrue();
      assertThat(cache.get(key)).isEmpty();
    }
  }

  @Test
  void shouldLetNobodyWhoComesAfterADropWaitForALoadFromBeforeIt() {
    Replica one = replica(TestSettings.plain().lock(Duration.ofSeconds(5)));
    Cache<String> cache = one.things();
    CacheKey key = cache.key("1");

    String before =
        cache
            .getOrLoad(
                key,
                () -> {
                  cache.delete(key);
                  return "old, new is " + inAnotherThread(() -> cache.getOrLoad(key, () -> "new"));
                })
            .orElseThrow();

    assertThat(before).isEqualTo("old, new is Optional[new]");
    assertThat(one.pauses).isEmpty();
  }

  @Test
  void shouldKeepMarksForLongerThanAnyEntry() {
    Replica one = replica(TestSettings.plain());
    one.caches.dropTag("some");
    one.things().delete(one.things().key("1"));

    Set<String> marks = plain.keys("cachetest::*");
    assertThat(marks).hasSize(2);
    for (String mark : marks) {
      assertThat(Duration.ofSeconds(plain.getExpire(mark)))
          .isBetween(Duration.ofHours(24).plusMinutes(59), Duration.ofHours(25));
    }
  }

  @Test
  void shouldCountTheLifeOfAnEntryFromBeforeItsLoad() {
    Replica one = replica(TestSettings.plain().ttl(Duration.ofMinutes(10)));
    Cache<String> cache = one.things();

    cache.getOrLoad(
        cache.key("slow"),
        () -> {
          clock.advance(Duration.ofMinutes(4));
          return "x";
        });
    cache.getOrLoad(
        cache.key("slower"),
        () -> {
          clock.advance(Duration.ofMinutes(11));
          return "x";
        });

    assertThat(plain.getExpire("cachetest:thing:slow")).isBetween(350L, 360L);
    assertThat(plain.hasKey("cachetest:thing:slower")).isFalse();
  }

  @Test
  void shouldRefuseWhatCannotBeDropped() {
    Replica one =
        replica(TestSettings.plain().key("calendar:slots:{user}:{from}_{to}", "tag:{user}"));

    assertThatThrownBy(() -> one.caches.drop("things", "42", "june"))
        .hasMessageContaining("cannot be dropped by [user, from] alone");
    assertThatThrownBy(() -> one.caches.drop("things", "1", "2", "3", "4"))
        .hasMessageContaining("give at most 3");
    assertThatThrownBy(() -> one.caches.drop("thigns", "1"))
        .hasMessageContaining("Did you mean \"things\"?");
    assertThatThrownBy(() -> one.caches.dropTag(""))
        .hasMessageContaining("The tag has 0 characters");
    for (String end : List.of(":", "*", ":*")) {
      assertThatThrownBy(() -> one.caches.dropPrefix("calendar:slots:42" + end))
          .hasMessageContaining("The prefix ends with \"" + end + "\"");
      assertThatThrownBy(() -> one.caches.dropTag("tag" + end))
          .hasMessageContaining("The tag ends with \"" + end + "\"");
    }
    assertThatThrownBy(() -> one.caches.dropTagged("tga:{user}", "ann"))
        .hasMessageContaining("Did you mean \"tag:{user}\"?");
    assertThatThrownBy(() -> one.caches.dropTagged("tag:{user}"))
        .hasMessageContaining("0 values are given for the tag tag:{user}; give [user].");
    assertThatThrownBy(() -> one.caches.dropPrefix("a:b:c:d:e:f:g:h:i"))
        .hasMessageContaining("more than 8 parts");
  }

  private static Object inAnotherThread(Supplier<?> work) {
    return CompletableFuture.<Object>supplyAsync(work::get).join();
  }
}
