package dev.millrace.cache;

import java.util.Collection;
import java.util.Collections;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Supplier;

/**
 * One run for all who want the same at the same time. It has a thread of its own, so that nobody
 * who stops waiting takes it from the others.
 */
final class SharedLoads<R> {

  private static final ThreadLocal<Run<?>> CURRENT = new ThreadLocal<>();

  private final Executor threads;
  private final ConcurrentMap<CacheKey, Run<R>> running = new ConcurrentHashMap<>();

  SharedLoads(Executor threads) {
    this.threads = threads;
  }

  /** A run, and the one that its loader waits for; of all caches, so that no circle is missed. */
  private static final class Run<R> {

    private static final Object ALL = new Object();

    private final CompletableFuture<R> result = new CompletableFuture<>();
    private Run<?> awaited;

    /**
     * @throws IllegalStateException when the other waits for this one
     */
    void awaits(Run<?> other) {
      synchronized (ALL) {
        for (Run<?> next = other; next != null; next = next.awaited) {
          if (next == this) {
            throw new IllegalStateException(
                "A loader asks for the entry that it loads, itself or through other loaders.");
          }
        }
        awaited = other;
      }
    }

    void awaitsNobody() {
      synchronized (ALL) {
        awaited = null;
      }
    }
  }

  /**
   * Begins the work, or waits for the same that runs already.
   *
   * @throws IllegalStateException when the work waits for itself, be it through others
   * @throws CancellationException when the caller is interrupted; the work goes on
   */
  R join(CacheKey key, Supplier<R> work) {
    Run<R> mine = new Run<>();
    Run<R> other = running.putIfAbsent(key, mine);
    if (other == null) {
      begin(key, mine, work);
    }
    Run<R> run = other == null ? mine : other;
    Run<?> asking = CURRENT.get();
    if (asking == null) {
      return await(run.result);
    }
    asking.awaits(run);
    try {
      return await(run.result);
    } finally {
      asking.awaitsNobody();
    }
  }

  /** Whoever comes from now on does not get what runs now. */
  void forget(Collection<String> markers) {
    running.keySet().removeIf(key -> !Collections.disjoint(key.markers(), markers));
  }

  private void begin(CacheKey key, Run<R> run, Supplier<R> work) {
    try {
      threads.execute(
          () -> {
            CURRENT.set(run);
            try {
              R found = work.get();
              running.remove(key, run);
              run.result.complete(found);
            } catch (Throwable e) {
              running.remove(key, run);
              run.result.completeExceptionally(e);
            }
          });
    } catch (RejectedExecutionException e) {
      running.remove(key, run);
      run.result.completeExceptionally(e);
    }
  }

  private static <R> R await(CompletableFuture<R> result) {
    try {
      return result.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      CancellationException gone =
          new CancellationException("Interrupted while waiting for a cached value.");
      gone.initCause(e);
      throw gone;
    } catch (ExecutionException e) {
      if (e.getCause() instanceof Error error) {
        throw error;
      }
      if (e.getCause() instanceof RuntimeException failure) {
        throw failure;
      }
      throw new IllegalStateException("A loader threw a checked exception.", e.getCause());
    }
  }
}
