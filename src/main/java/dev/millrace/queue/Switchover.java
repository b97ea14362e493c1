package dev.millrace.queue;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;

/**
 * One consumer's change to another feed. Both listen for a while, so nothing goes unheard; turns go
 * over one of them at a time, and jobs that run know nothing of it.
 *
 * <ol>
 *   <li>The new feed opens its connections.
 *   <li>Turns go over the new one.
 *   <li>A command over the new one is answered, and the new one listens: the change is confirmed.
 *   <li>The old one is left.
 * </ol>
 *
 * When that takes longer than the deadline, turns go over the old feed again and the new one is
 * left. Belongs to the engine's loop.
 */
final class Switchover {

  private final QueueEngine engine;
  private final QueueConsumer consumer;
  private final ConsumptionMode from;
  private final ConsumptionMode to;
  private final Feed old;
  private final Feed next;
  private final long beganNanos = System.nanoTime();
  private final CompletableFuture<Switched> done = new CompletableFuture<>();
  private final Future<?> deadline;
  private int carried;
  private boolean swapped;
  private boolean answered;
  private String lastError = "its connections did not open";

  Switchover(QueueEngine engine, QueueConsumer consumer, ConsumptionMode to, Duration deadline) {
    this.engine = engine;
    this.consumer = consumer;
    this.from = consumer.mode();
    this.to = to;
    this.old = consumer.feed();
    this.next = engine.feeds().of(to, consumer);
    this.deadline = engine.loop().later(deadline, () -> giveUp(lastError + " in time"));
  }

  void begin() {
    next.join(consumer);
    progress();
  }

  ConsumptionMode to() {
    return to;
  }

  CompletableFuture<Switched> done() {
    return done;
  }

  /** Something happened that may be what this waits for. */
  void progress() {
    if (done.isDone()) {
      return;
    }
    if (!swapped && next.isOpen()) {
      swap();
    } else if (swapped && answered && next.hears(consumer)) {
      deadline.cancel(false);
      old.leave(consumer);
      end(null);
    }
  }

  private void swap() {
    swapped = true;
    carried = consumer.active();
    lastError = "its connection did not answer";
    consumer.use(next, to);
    engine
        .loop()
        .after(
            next.line().exists(List.of(consumer.keys().active())),
            (found, failure) -> {
              if (failure == null) {
                answered = true;
                lastError = "it did not listen";
                progress();
              } else {
                giveUp(failure.getMessage());
              }
            });
    consumer.lookAnew();
    next.turned(consumer);
  }

  /** The consumer closes, or the new side does not work. */
  void giveUp(String reason) {
    if (done.isDone()) {
      return;
    }
    deadline.cancel(false);
    if (swapped) {
      consumer.use(old, from);
    }
    next.leave(consumer);
    consumer.lookAnew();
    old.turned(consumer);
    end(reason);
  }

  private void end(String failure) {
    Duration took = Duration.ofNanos(System.nanoTime() - beganNanos);
    done.complete(new Switched(consumer.queue(), from, to, carried, took, failure));
  }
}
