package dev.millrace.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.TextNode;
import dev.millrace.TestClock;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Entries that another version stored, or that cannot be stored at all. */
class EntryEdgeTest extends RunningCaches {

  static final class Slow {

    private final TestClock clock;

    Slow(TestClock clock) {
      this.clock = clock;
    }

    /** By the time it is written its time is over. */
    public int getNumber() {
      clock.advance(Duration.ofMillis(5));
      return 1;
    }
  }

  @Test
  void shouldNotWaitForWhomItDoesNotUnderstand() {
    TestSettings settings = TestSettings.plain().lock(Duration.ofSeconds(5));
    Replica one = replica(settings);
    Cache<String> texts = one.things();
    texts.getOrLoad(texts.key("1"), () -> "no number");
    Cache<Integer> numbers = one.caches.cache("things", Integer.class);

    assertThat(numbers.getOrLoad(numbers.key("1"), () -> 7)).contains(7);

    assertThat(one.pauses).isEmpty();
    assertThat(numbers.get(numbers.key("1"))).contains(7);
  }

  @Test
  void shouldDropTheOldEntryWhereTheNewOneCannotBeStored() {
    Replica one = replica(TestSettings.plain());
    Cache<Object> cache = one.caches.cache("things", Object.class);
    CacheKey key = cache.key("1");

    cache.set(key, "old");
    cache.set(key, "half \uD83D");
    assertThat(cache.exists(key)).isFalse();

    cache.set(key, "old");
    cache.set(key, new Slow(clock), Duration.ofMillis(1));
    assertThat(cache.exists(key)).isFalse();
    assertThat(one.count("errors")).as("but for half a pair").isOne();
    assertThat(one.count("drops", "outcome", "dropped")).isEqualTo(2);
  }

  @Test
  void shouldNotPromiseMoreTimeWhenTheClockIsPutBack() {
    Replica one = replica(TestSettings.plain().ttl(Duration.ofMinutes(10)));
    Cache<String> cache = one.things();
    cache.set(cache.key("1"), "x");

    clock.advance(Duration.ofHours(-1));

    assertThat(one.store.ttl("thing:1")).contains(Duration.ofMinutes(10));
  }

  @Test
  void shouldSendNothingOfWhatCannotBeStored() {
    Replica one = replica(TestSettings.plain());

    assertThatThrownBy(
            () -> one.store.put("a", TextNode.valueOf("half \uD83D"), Duration.ofMinutes(1)))
        .isInstanceOf(CacheStore.UnstorableValue.class)
        .hasMessageContaining("surrogate");

    assertThat(sent()).isEqualTo(Map.of());
  }
}
