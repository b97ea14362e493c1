package dev.millrace.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** One load for many callers, in one process and across several. */
class SharedLoadTest extends RunningCaches {

  private static final TestSettings LOCKED = TestSettings.plain().lock(Duration.ofSeconds(5));

  private final AtomicInteger loads = new AtomicInteger();
  private final CountDownLatch loading = new CountDownLatch(1);
  private final CountDownLatch go = new CountDownLatch(1);

  @Test
  void shouldLoadOnceForAThousandCallers() throws Exception {
    Replica one = replica(TestSettings.plain().lock(Duration.ofSeconds(5)));
    Cache<String> cache = one.things();
    List<Future<Optional<String>>> answers = new ArrayList<>();
    CountDownLatch begun = new CountDownLatch(1000);
    try (ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int caller = 0; caller < 1000; caller++) {
        answers.add(
            callers.submit(
                () -> {
                  begun.countDown();
                  return cache.getOrLoad(cache.key("1"), () -> held("x"));
                }));
      }
      begun.await();
      go.countDown();
    }

    for (Future<Optional<String>> answer : answers) {
      assertThat(answer.get()).contains("x");
    }
    assertThat(loads).hasValue(1);
    assertThat(one.loads("loaded")).isOne();
    assertThat(one.count("gets")).isEqualTo(1000);
  }

  @Test
  void shouldLoadOnceInTwoReplicas() throws Exception {
    Replica one = replica(LOCKED);
    Replica two = replica(LOCKED);
    Cache<String> there = two.things();
    Future<Optional<String>> first = inBackground(one);
    loading.await();
    two.meanwhile(
        pause -> {
          if (two.pauses.size() == 3) {
            go.countDown();
            join(first);
          }
        });

    Optional<String> second = there.getOrLoad(there.key("1"), () -> held("two"));

    assertThat(second).contains("one");
    assertThat(loads).hasValue(1);
    assertThat(two.pauses)
        .containsExactly(Duration.ofMillis(50), Duration.ofMillis(100), Duration.ofMillis(200));
    assertThat(two.count("gets", "result", "far")).isOne();
    // two reads and three looks more, both tries for the lock, one entry
    assertThat(sent()).containsEntry("mget", 5L).containsEntry("set", 3L).hasSize(2);
  }

  @Test
  void shouldLoadByItselfWhenTheOtherTakesTooLong() throws Exception {
    Replica one = replica(LOCKED);
    Replica two = replica(LOCKED);
    Future<Optional<String>> first = inBackground(one);
    loading.await();

    assertThat(two.things().getOrLoad(two.things().key("1"), () -> "two")).contains("two");

    go.countDown();
    assertThat(first.get()).contains("one");
    assertThat(two.pauses.stream().reduce(Duration.ZERO, Duration::plus))
        .isEqualTo(Duration.ofSeconds(5));
  }

  @Test
  void shouldNotWaitForALoadThatADropMadeWorthless() throws Exception {
    Replica one = replica(LOCKED);
    Replica two = replica(LOCKED);
    Future<Optional<String>> first = inBackground(one);
    loading.await();
    two.meanwhile(pause -> one.things().delete(one.things().key("1")));

    assertThat(two.things().getOrLoad(two.things().key("1"), () -> "two")).contains("two");

    assertThat(two.pauses).hasSize(1);
    go.countDown();
    assertThat(first.get()).contains("one");
    assertThat(two.things().get(two.things().key("1"))).isEmpty();
  }

  @Test
  void shouldTakeOverWhenTheOtherFails() throws Exception {
    Replica one = replica(LOCKED);
    Replica two = replica(LOCKED);
    Future<Optional<String>> first =
        CompletableFuture.supplyAsync(
            () ->
                one.things()
                    .getOrLoad(
                        one.things().key("1"),
                        () -> {
                          throw new IllegalStateException(held("source is down"));
                        }));
    loading.await();
    two.meanwhile(
        pause -> {
          go.countDown();
          assertThatThrownBy(first::get).hasRootCauseMessage("source is down");
        });

    assertThat(two.things().getOrLoad(two.things().key("1"), () -> "two")).contains("two");

    assertThat(two.pauses).hasSize(1);
  }

  @Test
  void shouldThrowWhatTheLoaderThrowsToAllAndKeepNothing() {
    Replica one = replica(TestSettings.plain().lock(Duration.ofSeconds(5)));
    Cache<String> cache = one.things();
    try (ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<Optional<String>>> answers = new ArrayList<>();
      for (int caller = 0; caller < 10; caller++) {
        answers.add(
            callers.submit(
                () ->
                    cache.getOrLoad(
                        cache.key("1"),
                        () -> {
                          held("");
                          throw new IllegalStateException("source is down");
                        })));
      }
      await().until(() -> loads.get() == 1);
      go.countDown();
      for (Future<Optional<String>> answer : answers) {
        assertThatThrownBy(answer::get)
            .isInstanceOf(ExecutionException.class)
            .cause()
            .hasMessage("source is down");
      }
    }
    // the lock is given back, so nobody waits
    assertThat(cache.getOrLoad(cache.key("1"), () -> "again")).contains("again");
    assertThat(one.pauses).isEmpty();
    assertThat(one.loads("failed")).isPositive();
    assertThat(one.count("gets", "result", "failed")).isEqualTo(10);
    assertThat(one.count("gets")).isEqualTo(11);
  }

  @Test
  void shouldThrowErrorsAsTheyAre() {
    Cache<String> cache = replica(TestSettings.plain()).things();
    AssertionError error = new AssertionError("broken");

    assertThatThrownBy(
            () ->
                cache.getOrLoad(
                    cache.key("1"),
                    () -> {
                      throw error;
                    }))
        .isSameAs(error);
  }

  @Test
  void shouldGoOnForOthersWhenOneIsInterrupted() throws Exception {
    Replica one = replica(TestSettings.plain());
    Cache<String> cache = one.things();
    AtomicReference<Throwable> thrown = new AtomicReference<>();
    Thread first =
        Thread.ofVirtual()
            .start(
                () -> {
                  try {
                    cache.getOrLoad(cache.key("1"), () -> held("x"));
                  } catch (CancellationException e) {
                    assertThat(Thread.currentThread().isInterrupted()).isTrue();
                    thrown.set(e);
                  }
                });
    loading.await();
    CompletableFuture<Optional<String>> second =
        CompletableFuture.supplyAsync(() -> cache.getOrLoad(cache.key("1"), () -> held("y")));

    first.interrupt();
    first.join();
    go.countDown();

    assertThat(thrown.get()).hasMessageContaining("Interrupted");
    assertThat(second.get()).contains("x");
    assertThat(loads).hasValue(1);
  }

  private Future<Optional<String>> inBackground(Replica replica) {
    Cache<String> cache = replica.things();
    return CompletableFuture.supplyAsync(() -> cache.getOrLoad(cache.key("1"), () -> held("one")));
  }

  private String held(String value) {
    loads.incrementAndGet();
    loading.countDown();
    try {
      go.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return "interrupted";
    }
    return value;
  }

  private static void join(Future<?> future) {
    try {
      future.get();
    } catch (InterruptedException | ExecutionException e) {
      throw new AssertionError(e);
    }
  }
}
