package dev.millrace.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class CacheStoreTest extends RunningCaches {

  private final ObjectMapper json = new ObjectMapper();

  @Test
  void shouldShowAndChangeEntriesOfCaches() throws JsonProcessingException {
    Replica one = replica(TestSettings.plain().ttl(Duration.ofMinutes(10)));
    Cache<String> cache = one.things();
    cache.set(cache.key("1"), "ü");

    CachedJson shown = one.store.get("thing:1").orElseThrow();
    assertThat(shown.value()).isEqualTo(TextNode.valueOf("ü"));
    assertThat(shown.remaining()).isEqualTo(Duration.ofMinutes(10));
    clock.advance(Duration.ofMinutes(4));
    assertThat(one.store.ttl("thing:1")).contains(Duration.ofMinutes(6));

    one.store.put("thing:1", TextNode.valueOf("new"), Duration.ofMinutes(1));
    assertThat(cache.get(cache.key("1"))).contains("new");
    assertThat(one.store.delete("thing:1")).isTrue();
    assertThat(one.store.delete("thing:1")).isFalse();
    assertThat(one.store.get("thing:1")).isEmpty();
    assertThat(one.store.ttl("thing:1")).isEmpty();
    assertThat(cache.exists(cache.key("1"))).isFalse();
  }

  @Test
  void shouldKeepAllDigits() throws JsonProcessingException {
    Replica one = replica(TestSettings.plain());
    String text = "{\"a\":1.50,\"b\":12345678901234567890,\"c\":1e400,\"d\":[null,\"\",true]}";
    JsonNode value = json.readTree(text);

    one.store.put("any", value, Duration.ofMinutes(1));

    assertThat(plain.opsForValue().get("cachetest:any")).contains("12345678901234567890");
    assertThat(one.store.get("any").orElseThrow().value().get("b").bigIntegerValue())
        .isEqualTo("12345678901234567890");
    assertThat(one.store.get("any").orElseThrow().value().get("d")).isEqualTo(value.get("d"));
  }

  @Test
  void shouldSeeWhatWasDropped() {
    Replica one = replica(TestSettings.plain().key("a:{id}", "tag:{id}"));
    Cache<String> cache = one.things();
    cache.set(cache.key("1"), "x");
    cache.set(cache.key("2"), "x");
    one.store.put("a:b:c", TextNode.valueOf("x"), Duration.ofMinutes(1));
    assertThat(one.store.get("a:1")).isPresent();

    one.caches.dropTag("tag:1");
    assertThat(one.store.get("a:1")).isEmpty();
    assertThat(one.store.get("a:2")).isPresent();
    one.caches.dropPrefix("a:b");
    assertThat(one.store.get("a:b:c")).isEmpty();
  }

  @Test
  void shouldTakeNullForNothing() {
    Replica one = replica(TestSettings.plain());
    one.store.put("thing:1", NullNode.getInstance(), Duration.ofMinutes(1));

    assertThat(one.store.get("thing:1").orElseThrow().value().isNull()).isTrue();
    assertThat(one.things().exists(one.things().key("1"))).isTrue();
    assertThat(one.things().get(one.things().key("1"))).isEmpty();
  }

  @Test
  void shouldRefuseBadKeysAndTimes() {
    CacheStore store = replica(TestSettings.plain()).store;
    JsonNode value = TextNode.valueOf("x");

    assertThatThrownBy(() -> store.get("a\tb")).hasMessageContaining("control character");
    assertThatThrownBy(() -> store.delete(":a")).hasMessageContaining("colon");
    assertThatThrownBy(() -> store.put("", value, Duration.ofMinutes(1)))
        .hasMessageContaining("0 characters");
    assertThatThrownBy(() -> store.put("a", value, Duration.ZERO)).hasMessageContaining("max-ttl");
    assertThatThrownBy(() -> store.put("a", value, Duration.ofDays(2)))
        .hasMessageContaining("max-ttl");
    assertThat(plain.keys("cachetest:*")).isEmpty();
  }
}
