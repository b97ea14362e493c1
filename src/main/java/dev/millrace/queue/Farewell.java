package dev.millrace.queue;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** How a consumer stops: what runs ends or goes back, and others hear of what is left. */
final class Farewell {

  /** A stop has no later chance to tell Redis; it gives up after this long. */
  static final Duration LIMIT = Duration.ofSeconds(2);

  private static final Logger LOG = LoggerFactory.getLogger(Farewell.class);

  private final QueueEngine engine;

  Farewell(QueueEngine engine) {
    this.engine = engine;
  }

  /**
   * Stops a consumer for good; any thread.
   *
   * @param deadline until which running jobs may go on; the rest is handed back
   */
  CompletableFuture<Void> close(QueueConsumer consumer, Duration deadline) {
    CompletableFuture<Void> done = new CompletableFuture<>();
    boolean closing =
        engine
            .loop()
            .execute(
                () -> {
                  consumer.stopTaking();
                  consumer
                      .atRest()
                      .orTimeout(Math.max(deadline.toMillis(), 1), TimeUnit.MILLISECONDS)
                      .whenComplete(
                          (rest, late) ->
                              engine.loop().execute(() -> handBack(consumer, late, done)));
                });
    if (!closing) {
      done.complete(null);
    }
    // An engine that closes on the way takes its loop along; nobody may wait for that for ever.
    Duration longest = deadline.plus(LIMIT.multipliedBy(3));
    return done.completeOnTimeout(null, longest.toMillis(), TimeUnit.MILLISECONDS);
  }

  private void handBack(QueueConsumer consumer, Throwable late, CompletableFuture<Void> done) {
    if (late != null && CommandLine.unwrap(late) instanceof TimeoutException) {
      int released = consumer.releaseAll();
      if (released > 0) {
        LOG.info("Queue {}: handing {} unfinished job(s) back", consumer.queue(), released);
      }
    }
    consumer
        .atRest()
        .orTimeout(LIMIT.toMillis(), TimeUnit.MILLISECONDS)
        .whenComplete(
            (rest, stuck) ->
                engine
                    .loop()
                    .execute(
                        () -> {
                          if (stuck != null) {
                            LOG.warn(
                                "Queue {}: Redis did not confirm {} job(s); their locks will run out and they run again",
                                consumer.queue(),
                                consumer.held());
                          }
                          leave(consumer, done);
                        }));
  }

  /**
   * Only now are markers put back: those that the running wait pops from here on are handled as for
   * any closed queue.
   */
  private void leave(QueueConsumer consumer, CompletableFuture<Void> done) {
    engine.consumers().remove(consumer);
    engine.claims().closed(consumer);
    engine.feeds().giveUp(consumer, "its consumer closed");
    putMarkersBack(consumer)
        .whenComplete(
            (reply, failure) -> {
              engine.loop().execute(() -> consumer.feed().leave(consumer));
              done.complete(null);
            });
  }

  /** Who takes no jobs any more must not keep the markers that it popped: others sleep on them. */
  CompletableFuture<?> putMarkersBack(QueueConsumer consumer) {
    if (!consumer.feed().isOpen()) {
      return CompletableFuture.completedFuture(null);
    }
    return consumer
        .feed()
        .line()
        .run(Script.LEAVE, List.of(consumer.keys().meta()), List.of(consumer.keys().base()))
        .orTimeout(LIMIT.toMillis(), TimeUnit.MILLISECONDS)
        .whenComplete(
            (reply, failure) -> {
              if (failure != null) {
                engine.redisFailed(
                    "leaving queue " + consumer.queue(), CommandLine.unwrap(failure));
              }
            });
  }
}
