package dev.millrace.queue;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;

/**
 * All engines that share the queues, this one included, and a way to call them at once although
 * they sleep. An engine enters itself when it begins to work and again with each late sweep; one
 * that died is forgotten after two of those.
 *
 * <p>Keys: {@code <prefix>::instances}, a sorted set of instance by when it was last seen (ms); a
 * wake key for each; and the channel {@code <prefix>::wake}, which engines hear that wait in no
 * other way.
 */
public final class Replicas {

  /** What is put into a wake key to call; its own engine rings with another. */
  private static final String CALL = "call";

  private final QueueEngine engine;
  private final String prefix;
  private final List<Runnable> listeners = new CopyOnWriteArrayList<>();
  private boolean present;
  private boolean called;

  Replicas(QueueEngine engine) {
    this.engine = engine;
    this.prefix = engine.options().prefix();
  }

  /** Has something done whenever somebody calls; on a thread of its own. */
  public void onCall(Runnable listener) {
    listeners.add(listener);
    engine
        .loop()
        .execute(
            () -> {
              if (engine.isConnected()) {
                connected();
              }
            });
  }

  /**
   * Calls all engines, this one too. They hear it at once where they block, else with their next
   * look.
   *
   * @return the instances that were called
   */
  public CompletableFuture<Set<String>> call() {
    CommandLine line = engine.line();
    long forgotten = engine.loop().now() - engine.options().lateSweep().multipliedBy(2).toMillis();
    String key = QueueKeys.instancesKey(prefix);
    CompletableFuture<Long> published = line.publish(QueueKeys.wakeChannel(prefix), CALL);
    return line.dropUpTo(key, forgotten)
        .thenCompose(dropped -> line.range(key))
        .thenCompose(
            instances -> {
              CompletableFuture<?>[] rung =
                  instances.stream()
                      .map(instance -> line.ring(QueueKeys.wakeKey(prefix, instance), CALL))
                      .toArray(CompletableFuture[]::new);
              return CompletableFuture.allOf(rung).thenApply(done -> Set.copyOf(instances));
            })
        .thenCombine(published, (instances, heard) -> instances);
  }

  // ---- on the loop

  void stillPresent() {
    if (present) {
      present();
    }
  }

  private void present() {
    present = true;
    engine
        .line()
        .score(QueueKeys.instancesKey(prefix), engine.options().instance(), engine.loop().now())
        .whenComplete(
            (entered, failure) -> {
              if (failure != null) {
                engine.redisFailed("entering this instance", CommandLine.unwrap(failure));
              }
            });
  }

  /**
   * Connections were made or came back: a call may have gone unheard. Nobody need know of an engine
   * that does nothing when it is called.
   */
  void connected() {
    if (!listeners.isEmpty() && !called) {
      present();
      woken(CALL);
    }
  }

  CompletableFuture<?> absent(Duration patience) {
    return present
        ? engine
            .line()
            .drop(QueueKeys.instancesKey(prefix), engine.options().instance())
            .completeOnTimeout(0L, patience.toMillis(), TimeUnit.MILLISECONDS)
            .exceptionally(failure -> 0L)
        : CompletableFuture.completedFuture(null);
  }

  /** Several connections of one engine may hear the same call. */
  void woken(String member) {
    if (!member.equals(CALL) || called) {
      return;
    }
    called = true;
    engine
        .loop()
        .later(
            Duration.ofMillis(50),
            () -> {
              called = false;
              listeners.forEach(listener -> Thread.startVirtualThread(listener));
            });
  }
}
