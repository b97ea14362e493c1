package dev.millrace.queue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** Looks for what nobody tells of: jobs overlooked, delayed ones too, and those of dead workers. */
final class LateLook {

  private final QueueEngine engine;
  private final StalledCheck stalled;
  private long sweptMillis;
  private long lookedMillis;

  LateLook(QueueEngine engine, StalledCheck stalled) {
    this.engine = engine;
    this.stalled = stalled;
    this.sweptMillis = engine.loop().now();
    this.lookedMillis = sweptMillis;
  }

  /**
   * A wait ended, with a marker or without. Once in a block timeout we look for what no marker
   * tells of; an engine so busy that no wait ends idle has to look as well.
   */
  void waited(boolean idle) {
    long now = engine.loop().now();
    if (idle || now - lookedMillis >= engine.options().blockTimeout().toMillis()) {
      lookedMillis = now;
      look();
    }
  }

  /** One command tells whether anything needs more. */
  private void look() {
    if (engine.loop().now() - sweptMillis >= engine.options().lateSweep().toMillis()) {
      sweep();
    }
    List<String> ready = new ArrayList<>();
    List<String> all = new ArrayList<>();
    for (QueueConsumer consumer : engine.consumers()) {
      ready.add(consumer.keys().wait_());
      ready.add(consumer.keys().prioritized());
      all.add(consumer.keys().active());
    }
    all.addAll(ready);
    if (all.isEmpty()) {
      return;
    }
    CommandLine line = engine.line();
    engine
        .loop()
        .after(
            line.exists(all)
                .thenCompose(
                    any ->
                        any == 0
                            ? CompletableFuture.completedFuture(0L)
                            : line.exists(ready).thenApply(n -> n + 1)),
            (found, failure) -> {
              if (failure != null) {
                engine.redisFailed("looking for overlooked jobs", failure);
              } else if (found > 0) {
                stalled.soon(Duration.ZERO);
                if (found > 1) {
                  engine.consumers().forEach(QueueConsumer::want);
                }
              }
            });
  }

  /** A delayed job is overlooked when its marker was popped by a process that then died. */
  private void sweep() {
    sweptMillis = engine.loop().now();
    engine.replicas().stillPresent();
    for (QueueConsumer consumer : engine.consumers()) {
      engine
          .loop()
          .after(
              engine.line().firstScore(consumer.keys().delayed()),
              (score, failure) -> {
                if (failure != null) {
                  engine.redisFailed("sweeping delayed jobs", failure);
                  sweptMillis = 0;
                } else if (score != null) {
                  consumer.wantAt((long) (score / QueueKeys.SCORES_PER_MILLI));
                }
              });
    }
  }

  /** Looks at everything of these once. */
  void resync(Collection<QueueConsumer> consumers) {
    sweptMillis = engine.loop().now();
    consumers.forEach(QueueConsumer::lookAnew);
    stalled.soon(Duration.ofMillis(500));
  }
}
