package dev.millrace.cache;

import java.util.Collection;
import java.util.Collections;
import java.util.HashSet;
import java.util.Set;
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

  private static final ThreadLocal<Set<CacheKey>> PATH = ThreadLocal.withInitial(Set::of);

  private final Executor threads;
  private final ConcurrentMap<CacheKey, CompletableFuture<R>> running = new ConcurrentHashMap<>();

  SharedLoads(Executor threads) {
    this.threads = threads;
  }

  /**
   * Begins the work, or waits for the same that runs already.
   *
   * @throws IllegalStateException when the work waits for itself
   * @throws CancellationException when the caller is interrupted; the work goes on
   */
  R join(CacheKey key, Supplier<R> work) {
    if (PATH.get().contains(key)) {
      throw new IllegalStateException("A loader asks for the entry that it loads.");
    }
    CompletableFuture<R> mine = new CompletableFuture<>();
    CompletableFuture<R> other = running.putIfAbsent(key, mine);
    if (other == null) {
      begin(key, mine, work);
    }
    return await(other == null ? mine : other);
  }

  /** Whoever comes from now on does not get what runs now. */
  void forget(Collection<String> markers) {
    running.keySet().removeIf(key -> !Collections.disjoint(key.markers(), markers));
  }

  private void begin(CacheKey key, CompletableFuture<R> result, Supplier<R> work) {
    Set<CacheKey> path = new HashSet<>(PATH.get());
    path.add(key);
    try {
      threads.execute(
          () -> {
            PATH.set(path);
            try {
              R found = work.get();
              running.remove(key, result);
              result.complete(found);
            } catch (RuntimeException | Error e) {
              running.remove(key, result);
              result.completeExceptionally(e);
            }
          });
    } catch (RejectedExecutionException e) {
      running.remove(key, result);
      result.completeExceptionally(e);
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
      throw (RuntimeException) e.getCause();
    }
  }
}
