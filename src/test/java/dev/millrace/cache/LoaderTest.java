package dev.millrace.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Loaders that would never end. */
@Timeout(60)
class LoaderTest extends RunningCaches {

  @Test
  void shouldRefuseALoaderThatWaitsForItself() {
    Cache<String> cache = replica(TestSettings.plain()).things();
    CacheKey a = cache.key("a");
    CacheKey b = cache.key("b");

    assertThatThrownBy(
            () ->
                cache.getOrLoad(
                    a,
                    () ->
                        cache
                            .getOrLoad(b, () -> cache.getOrLoad(a, () -> "never").orElseThrow())
                            .orElseThrow()))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("asks for the entry that it loads");
  }

  @Test
  void shouldRefuseLoadersThatWaitForEachOther() {
    Replica one = replica(TestSettings.plain());
    Cache<String> cache = one.things();
    Cache<CharSequence> view = one.caches.cache("things", CharSequence.class);
    CacheKey a = cache.key("a");
    CacheKey b = cache.key("b");
    CountDownLatch both = new CountDownLatch(2);
    CompletableFuture<?> first =
        CompletableFuture.supplyAsync(
            () ->
                cache.getOrLoad(
                    a,
                    () -> {
                      meet(both);
                      return view.getOrLoad(b, () -> "never").orElseThrow().toString();
                    }));
    CompletableFuture<?> second =
        CompletableFuture.supplyAsync(
            () ->
                view.getOrLoad(
                    b,
                    () -> {
                      meet(both);
                      return cache.getOrLoad(a, () -> "never").orElseThrow();
                    }));

    for (CompletableFuture<?> load : new CompletableFuture<?>[] {first, second}) {
      assertThatThrownBy(load::join)
          .hasRootCauseInstanceOf(IllegalStateException.class)
          .rootCause()
          .hasMessageContaining("through other loaders");
    }
    assertThat(cache.getOrLoad(a, () -> "again")).contains("again");
  }

  @Test
  void shouldLetLoadersAskForWhatOthersLoad() {
    Cache<String> cache = replica(TestSettings.plain()).things();
    CountDownLatch asked = new CountDownLatch(1);
    CountDownLatch loading = new CountDownLatch(1);
    CompletableFuture<Optional<String>> inner =
        CompletableFuture.supplyAsync(
            () ->
                cache.getOrLoad(
                    cache.key("inner"),
                    () -> {
                      loading.countDown();
                      await(asked);
                      return "x";
                    }));
    await(loading);

    Optional<String> outer =
        cache.getOrLoad(
            cache.key("outer"),
            () -> {
              asked.countDown();
              return cache.getOrLoad(cache.key("inner"), () -> "y").orElseThrow() + "!";
            });

    assertThat(outer.orElseThrow()).isIn("x!", "y!");
    assertThat(inner.join()).contains("x");
  }

  @Test
  void shouldWrapACheckedExceptionThatALoaderSneaksOut() {
    Replica one = replica(TestSettings.plain());
    Cache<String> cache = one.things();

    assertThatThrownBy(
            () ->
                cache.getOrLoad(
                    cache.key("1"),
                    () -> {
                      throw LoaderTest.<RuntimeException>sneaked(new IOException("disk"));
                    }))
        .isInstanceOf(IllegalStateException.class)
        .hasRootCauseInstanceOf(IOException.class);

    assertThat(cache.getOrLoad(cache.key("1"), () -> "again")).contains("again");
    assertThat(one.loads("failed")).isOne();
  }

  @SuppressWarnings("unchecked")
  private static <E extends Exception> E sneaked(Exception checked) throws E {
    throw (E) checked;
  }

  private static void meet(CountDownLatch both) {
    both.countDown();
    await(both);
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
