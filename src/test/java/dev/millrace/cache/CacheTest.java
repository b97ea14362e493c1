package dev.millrace.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class CacheTest extends RunningCaches {

  record Slot(
      UUID id,
      Instant start,
      ZonedDateTime local,
      LocalDate day,
      Duration length,
      BigDecimal price,
      long count,
      Optional<String> note,
      Optional<String> nothing) {}

  static final class Circle {

    public Circle getSelf() {
      return this;
    }
  }

  @Test
  void shouldGiveBackTheTypesThatItWasGiven() {
    Replica one = replica(TestSettings.plain());
    Cache<Map<String, List<Slot>>> cache =
        one.caches.cache("things", new TypeReference<Map<String, List<Slot>>>() {});
    Map<String, List<Slot>> slots =
        Map.of(
            "free",
            List.of(
                new Slot(
                    UUID.randomUUID(),
                    Instant.parse("2026-03-29T01:30:00.123456789Z"),
                    ZonedDateTime.parse("2026-03-29T03:30:00+02:00[Europe/Paris]"),
                    LocalDate.of(2026, 3, 29),
                    Duration.ofMinutes(90),
                    new BigDecimal("12.50"),
                    Long.MAX_VALUE,
                    Optional.of("ü \u0000 \uD83D\uDE00"),
                    Optional.empty())));

    assertThat(cache.getOrLoad(cache.key("1"), () -> slots)).contains(slots);
    assertThat(cache.get(cache.key("1"))).contains(slots);
  }

  @Test
  void shouldHitWithAnEmptyStringAndWithAnEmptyOptional() {
    Replica one = replica(TestSettings.plain());
    Cache<String> texts = one.things();
    Cache<Optional<String>> perhaps =
        one.caches.cache("things", new TypeReference<Optional<String>>() {});

    texts.set(texts.key("text"), "");
    perhaps.set(perhaps.key("perhaps"), Optional.empty());

    assertThat(texts.getOrLoad(texts.key("text"), () -> "loaded")).contains("");
    assertThat(perhaps.getOrLoad(perhaps.key("perhaps"), () -> Optional.of("loaded")))
        .contains(Optional.empty());
  }

  @Test
  void shouldRememberThatThereIsNothing() {
    Replica one = replica(TestSettings.plain().negativeTtl(Duration.ofSeconds(30)));
    Cache<String> cache = one.things();
    AtomicInteger loads = new AtomicInteger();

    for (int time = 0; time < 3; time++) {
      assertThat(
              cache.getOrLoad(
                  cache.key("1"),
                  () -> {
                    loads.incrementAndGet();
                    return null;
                  }))
          .isEmpty();
    }

    assertThat(loads).hasValue(1);
    assertThat(cache.exists(cache.key("1"))).isTrue();
    assertThat(plain.getExpire("cachetest:thing:1")).isBetween(1L, 30L);
    assertThat(one.count("gets", "result", "negative")).isEqualTo(3);
    assertThat(one.loads("absent")).isOne();
  }

  @Test
  void shouldRememberThatThereIsNothingOfTypesWithANullOfTheirOwn() {
    Replica one = replica(TestSettings.plain().negativeTtl(Duration.ofSeconds(30)));
    Cache<Optional<String>> perhaps =
        one.caches.cache("things", new TypeReference<Optional<String>>() {});
    Cache<JsonNode> trees = one.caches.cache("things", JsonNode.class);

    assertThat(perhaps.getOrLoad(perhaps.key("1"), () -> null)).isEmpty();
    assertThat(perhaps.get(perhaps.key("1"))).isEmpty();
    assertThat(trees.getOrLoad(trees.key("2"), () -> null)).isEmpty();
    assertThat(trees.get(trees.key("2"))).isEmpty();
  }

  @Test
  void shouldAskAgainForNothingThatIsNotKept() {
    Replica one = replica(TestSettings.plain());
    Cache<String> cache = one.things();

    assertThat(cache.getOrLoad(cache.key("1"), () -> null)).isEmpty();
    cache.setAbsent(cache.key("1"));

    assertThat(cache.getOrLoad(cache.key("1"), () -> "now")).contains("now");
  }

  @Test
  void shouldSetGetAndDelete() {
    Replica one = replica(TestSettings.plain().negativeTtl(Duration.ofSeconds(30)));
    Cache<String> cache = one.things();
    CacheKey key = cache.key("1");

    assertThat(cache.get(key)).isEmpty();
    cache.set(key, "a");
    assertThat(cache.get(key)).contains("a");
    cache.set(key, "b", Duration.ofSeconds(20));
    assertThat(cache.get(key)).contains("b");
    assertThat(plain.getExpire("cachetest:thing:1")).isBetween(1L, 20L);
    assertThat(cache.delete(key)).isTrue();
    assertThat(cache.exists(key)).isFalse();
    cache.setAbsent(key);
    assertThat(cache.exists(key)).isTrue();
    assertThat(cache.get(key)).isEmpty();
    assertThat(one.count("gets", "result", "miss")).isEqualTo(2);
    assertThat(one.count("gets", "result", "far")).isEqualTo(2);
    assertThat(one.count("gets", "result", "negative")).isEqualTo(2);
  }

  @Test
  void shouldLetEntriesOfOneMomentGoInManyMoments() {
    Replica one = replica(TestSettings.plain().ttl(Duration.ofHours(1)).jitter(0.5));
    Cache<String> cache = one.things();
    List<Long> times = new ArrayList<>();
    for (int number = 0; number < 20; number++) {
      cache.set(cache.key(number), "x");
      times.add(plain.getExpire("cachetest:thing:" + number));
    }

    assertThat(times).allMatch(time -> time >= 1700 && time <= 3600);
    assertThat(times.stream().distinct().count()).isGreaterThan(5);
  }

  @Test
  void shouldRefuseAnEntryThatWouldStayTooLongOrNotAtAll() {
    Cache<String> cache = replica(TestSettings.plain()).things();

    for (Duration ttl : List.of(Duration.ZERO, Duration.ofSeconds(-1), Duration.ofHours(25))) {
      assertThatThrownBy(() -> cache.set(cache.key("1"), "x", ttl))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("max-ttl");
    }
    assertThatThrownBy(() -> cache.set(cache.key("1"), null)).hasMessageContaining("setAbsent");
  }

  @Test
  void shouldTakeForNotThereWhatAnotherVersionStored() {
    Replica one = replica(TestSettings.plain());
    Cache<String> texts = one.things();
    Cache<Slot> slots = one.caches.cache("things", Slot.class);
    texts.set(texts.key("1"), "no slot");
    plain.opsForValue().set("cachetest:thing:2", "{\"plain\":1}", Duration.ofMinutes(1));
    plain.opsForValue().set("cachetest:thing:3", "[1,", Duration.ofMinutes(1));
    plain.opsForValue().set("cachetest:thing:4", "null", Duration.ofMinutes(1));

    assertThat(slots.get(slots.key("1"))).isEmpty();
    assertThat(slots.get(slots.key("2"))).isEmpty();
    assertThat(slots.get(slots.key("3"))).isEmpty();
    assertThat(slots.get(slots.key("4"))).isEmpty();

    assertThat(one.count("errors", "kind", "unreadable")).isEqualTo(4);
    assertThat(one.count("gets", "result", "miss")).isEqualTo(4);
  }

  @Test
  void shouldGiveAwayWhatCannotBeKept() {
    Replica one = replica(TestSettings.plain().lock(Duration.ofSeconds(5)));
    Cache<Circle> circles = one.caches.cache("things", Circle.class);
    Cache<String> texts = one.things();
    Circle circle = new Circle();

    assertThat(circles.getOrLoad(circles.key("1"), () -> circle)).containsSame(circle);
    circles.set(circles.key("2"), circle);
    assertThat(texts.getOrLoad(texts.key("3"), () -> "half \uD83D")).contains("half \uD83D");

    assertThat(one.count("errors", "kind", "unwritable")).isEqualTo(3);
    // the mark of what was set, because an older entry is wrong then
    assertThat(plain.keys("cachetest:*")).containsExactly("cachetest::key:thing:2");
  }

  @Test
  void shouldGiveEachCallerAnObjectOfHisOwn() {
    Replica one = replica(TestSettings.plain().near(Duration.ofSeconds(5)));
    Cache<List<String>> cache = one.caches.cache("things", new TypeReference<List<String>>() {});
    cache.getOrLoad(cache.key("1"), () -> List.of("a")).orElseThrow().add("mine");

    assertThat(cache.get(cache.key("1")).orElseThrow())
        .containsExactly("a")
        .isInstanceOf(ArrayList.class);
  }
}
