package dev.millrace.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.TextNode;
import dev.millrace.TestClock;
import dev.millrace.rest.ScriptedRest;
import dev.millrace.rest.ScriptedRest.Answer;
import dev.millrace.rest.client.RestRedisException;
import dev.millrace.rest.client.StandaloneRest;
import dev.millrace.rest.client.TestRest;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** A Redis that is away, slow or out of its mind: callers get what the source has. */
class CacheFaultTest {

  private static final CountDownLatch END = new CountDownLatch(1);
  private static final String FOREIGN =
      "{\"result\":[\"%s\",null,null]}"
          .formatted(
              ScriptedRest.base64(
                  "{\"v\":\"x\",\"n\":false,\"t\":1,\"e\":9999999999999,\"s\":\"other\"}"));

  private final TestClock clock = new TestClock("2026-03-01T09:00:00Z");
  private final AtomicInteger loads = new AtomicInteger();
  private ScriptedRest server;
  private StandaloneRest client;
  private Replica one;

  @BeforeEach
  void start() throws IOException {
    server = ScriptedRest.start();
    client = client(Duration.ofMillis(300));
    one =
        new Replica(
            TestSettings.plain()
                .lock(Duration.ofSeconds(5))
                .negativeTtl(Duration.ofSeconds(30))
                .near(Duration.ofSeconds(2))
                .properties(),
            client.redis(),
            clock);
  }

  @AfterEach
  void stop() {
    one.close();
    client.close();
    server.close();
  }

  static Stream<Arguments> faults() {
    return Stream.of(
        Arguments.of("slow", Answer.silence(END), "unreachable"),
        Arguments.of("cut", Answer.cut(), "unreachable"),
        Arguments.of("401", Answer.of(401, "{\"error\":\"WRONGPASS no\"}"), "denied"),
        Arguments.of("500", Answer.of(500, "oops"), "unavailable"),
        Arguments.of("429", Answer.of(429, "{\"error\":\"ERR too many\"}"), "unavailable"),
        Arguments.of("malformed JSON", Answer.of(200, "[{\"result\":["), "malformed"),
        Arguments.of("HTML", Answer.of(200, "<html>welcome</html>"), "malformed"),
        Arguments.of("empty", Answer.of(200, ""), "malformed"),
        Arguments.of("wrong encoding", slots("{\"result\":[\"not*base64\",null]}"), "malformed"),
        Arguments.of("too few values", slots("{\"result\":[null]}"), "malformed"),
        Arguments.of("no array", slots("{\"result\":{}}"), "malformed"),
        Arguments.of(
            "oversized", slots("{\"result\":[\"" + "QUFB".repeat(50_000) + "\"]}"), "too_large"),
        Arguments.of("refused", slots("{\"error\":\"ERR unknown command\"}"), "error"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("faults")
  void shouldServeFromTheSource(String name, Answer fault, String kind) {
    server.answer(fault);
    Cache<String> cache = one.things();
    CacheKey key = cache.key("1");

    assertThat(cache.getOrLoad(key, this::load)).contains("source");
    assertThat(loads).hasValue(1);
    assertThat(one.count("gets", "result", "error")).isOne();
    // meanwhile a copy spares the source
    assertThat(cache.getOrLoad(key, this::load)).contains("source");
    assertThat(loads).hasValue(1);

    clock.advance(Duration.ofSeconds(2));
    assertThat(cache.get(key)).isEmpty();
    assertThat(cache.exists(key)).isFalse();
    cache.set(key, "x");
    cache.setAbsent(key);
    assertThat(cache.delete(key)).isFalse();
    one.caches.drop("things", "1");
    one.caches.dropTag("tag");

    assertThat(one.count("errors")).isGreaterThanOrEqualTo(7);
    assertThat(one.count("errors", "kind", kind)).isPositive();
    assertThat(one.count("errors", "kind", kind) + one.count("errors", "kind", "paused"))
        .isEqualTo(one.count("errors"));
    assertThat(one.count("drops", "outcome", "failed")).isEqualTo(3);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("faults")
  void shouldTellAdministratorsThatRedisIsNotThere(String name, Answer fault, String kind) {
    server.answer(fault);

    assertThatThrownBy(() -> one.store.get("a")).isInstanceOf(RestRedisException.class);
    assertThatThrownBy(() -> one.store.ttl("a")).isInstanceOf(RestRedisException.class);
    assertThatThrownBy(() -> one.store.delete("a")).isInstanceOf(RestRedisException.class);
    assertThatThrownBy(() -> one.store.put("a", TextNode.valueOf("x"), Duration.ofSeconds(1)))
        .isInstanceOf(RestRedisException.class);
  }

  @Test
  void shouldGiveTheLockBackWhenTheEntryIsRefused() {
    server.answer(
        (request, exchange) -> {
          boolean entry = request.body().contains("source");
          boolean lock = request.body().contains("NX");
          String result =
              request.body().contains("MGET") ? "[null,null,null]" : lock ? "\"T0s=\"" : "1";
          Answer.of(
                  entry ? 413 : 200,
                  entry ? "{\"error\":\"ERR too large\"}" : "{\"result\":" + result + "}")
              .to(request, exchange);
        });

    assertThat(one.things().getOrLoad(one.things().key("1"), this::load)).contains("source");

    assertThat(server.requests().stream().map(request -> request.body().split("\"")[1]))
        .containsExactly("MGET", "SET", "SET", "DEL");
    assertThat(server.requests().getLast().body()).contains(":lock:");
  }

  @Test
  void shouldServeFromTheSourceWhenNobodyListens() {
    server.close();
    Cache<String> cache = one.things();

    assertThat(cache.getOrLoad(cache.key("1"), this::load)).contains("source");

    assertThat(one.count("errors", "kind", "unreachable")).isOne();
  }

  @Test
  void shouldLoadOnceForAllAlsoWithoutRedis() throws Exception {
    server.answer(Answer.of(500, "oops"));
    Cache<String> cache = one.things();
    CountDownLatch go = new CountDownLatch(1);
    List<Future<?>> answers = new ArrayList<>();
    try (ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor()) {
      CountDownLatch begun = new CountDownLatch(100);
      for (int caller = 0; caller < 100; caller++) {
        answers.add(
            callers.submit(
                () -> {
                  begun.countDown();
                  return cache.getOrLoad(
                      cache.key("1"),
                      () -> {
                        try {
                          go.await();
                        } catch (InterruptedException e) {
                          throw new IllegalStateException(e);
                        }
                        return load();
                      });
                }));
      }
      begun.await();
      go.countDown();
    }
    for (Future<?> answer : answers) {
      answer.get();
    }

    assertThat(loads).hasValue(1);
  }

  @Test
  void shouldStopAskingARedisThatFails() {
    server.answer(Answer.of(500, "oops"));
    Cache<String> cache = one.things();

    for (int number = 0; number < 100; number++) {
      assertThat(cache.getOrLoad(cache.key(number), this::load)).contains("source");
    }

    assertThat(server.requests()).hasSizeLessThan(25);
    assertThat(one.count("errors", "kind", "paused")).isGreaterThan(70);
    assertThat(one.count("billed")).isEqualTo(server.requests().size());
  }

  @Test
  void shouldNotTakeForAnEntryWhatIsOfOtherMarks() {
    server.answer(slots(FOREIGN));
    Cache<String> cache = one.things();

    assertThat(cache.get(cache.key("1"))).isEmpty();

    assertThat(one.count("gets", "result", "miss")).isOne();
    assertThat(one.count("errors")).isZero();
  }

  @Test
  void shouldNeverPutKeysOrValuesIntoMeters() {
    Cache<String> cache = one.things();
    cache.getOrLoad(cache.key("8d7f-user"), () -> "secret");

    assertThat(one.meters.getMeters().toString()).doesNotContain("8d7f-user", "secret");
  }

  private String load() {
    loads.incrementAndGet();
    return "source";
  }

  /** The same for each command, be it alone or in a pipeline. */
  private static Answer slots(String slot) {
    return (request, exchange) -> {
      boolean alone = request.uri().equals("/");
      int commands = request.body().split("\\[", -1).length - 2;
      Answer.of(200, alone ? slot : "[" + slot + ("," + slot).repeat(commands - 1) + "]")
          .to(request, exchange);
    };
  }

  private StandaloneRest client(Duration timeout) {
    return TestRest.to(server.url(), TestRest.properties(timeout, Duration.ofMinutes(10)));
  }
}
