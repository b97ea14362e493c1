package dev.millrace.queue;

import io.lettuce.core.KeyValue;
import io.lettuce.core.StreamMessage;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.TimeoutException;

/**
 * Who waits for which job. One subscription per queue serves all who wait there. The job is looked
 * at once the subscription hears everything, since it may have ended before, and once more when the
 * time is over, since whoever works it may write no events.
 *
 * <p>All fields belong to the engine's loop.
 */
final class JobWaits {

  /** How far back a job that is gone is looked for in the events. */
  private static final int SEARCHED = 1000;

  private final QueueEngine engine;
  private final QueueEvents events;
  private final EventReader reader;
  private final Map<String, QueueWaits> queues = new HashMap<>();
  private boolean closed;

  JobWaits(QueueEngine engine, QueueEvents events, EventReader reader) {
    this.engine = engine;
    this.events = events;
    this.reader = reader;
  }

  CompletableFuture<String> wait(QueueKeys keys, String jobId, Duration timeout) {
    Wait wait = new Wait(keys, jobId, timeout, new CompletableFuture<>());
    if (!engine.loop().execute(() -> begin(wait))) {
      wait.future.completeExceptionally(closing());
    }
    return wait.future;
  }

  void close() {
    closed = true;
    queues.values().stream()
        .flatMap(queue -> queue.byJob.values().stream())
        .flatMap(Set::stream)
        .toList()
        .forEach(wait -> wait.future.completeExceptionally(closing()));
  }

  private static IllegalStateException closing() {
    return new IllegalStateException("the engine is closed; nobody waits for the job any more");
  }

  private void begin(Wait wait) {
    if (closed) {
      wait.future.completeExceptionally(closing());
      return;
    }
    QueueWaits queue = queues.computeIfAbsent(wait.keys.queue(), QueueWaits::new);
    queue.add(wait);
    Future<?> deadline = engine.loop().later(wait.timeout, () -> look(wait, true));
    wait.future.whenComplete(
        (value, failure) -> {
          deadline.cancel(false);
          engine.loop().execute(() -> queue.remove(wait));
        });
    queue
        .subscription
        .ready()
        .whenComplete(
            (ready, failure) -> {
              if (failure == null) {
                look(wait, false);
              }
            });
  }

  /** Any thread. */
  private void look(Wait wait, boolean last) {
    byte[] key = CommandLine.text(wait.keys.job(wait.jobId));
    byte[][] fields =
        CommandLine.bytes(List.of("timestamp", "finishedOn", "returnvalue", "failedReason"));
    engine
        .line()
        .<List<KeyValue<byte[], byte[]>>>send(c -> c.hmget(key, fields))
        .whenComplete(
            (values, failure) -> {
              if (failure == null && !values.get(0).hasValue()) {
                search(wait);
              } else if (failure == null && values.get(1).hasValue()) {
                // A run that failed before the last one leaves its reason behind.
                wait.end(text(values.get(2)), text(values.get(3)));
              } else if (last) {
                wait.expire();
              }
            });
  }

  /** A job that is removed when it ends is told of by the events only. */
  private void search(Wait wait) {
    reader
        .newest(wait.keys, SEARCHED)
        .whenComplete(
            (entries, failure) -> {
              if (failure != null) {
                wait.future.completeExceptionally(CommandLine.unwrap(failure));
                return;
              }
              for (StreamMessage<byte[], byte[]> entry : entries) {
                wait.hear(EventReader.event(wait.keys.queue(), entry));
              }
              wait.future.completeExceptionally(
                  new IllegalStateException(
                      "There is no job "
                          + wait.jobId
                          + " in queue "
                          + wait.keys.queue()
                          + ", and its events do not tell how it ended"));
            });
  }

  private static String text(KeyValue<byte[], byte[]> value) {
    return value.hasValue() ? CommandLine.text(value.getValue()) : null;
  }

  private final class QueueWaits {

    private final Map<String, Set<Wait>> byJob = new HashMap<>();
    private final String name;
    private final EventSubscription subscription;

    private QueueWaits(String name) {
      this.name = name;
      this.subscription = events.follow(name, this::heard);
    }

    private void heard(QueueEvent event) {
      if (event.name().equals("completed") || event.name().equals("failed")) {
        engine
            .loop()
            .execute(
                () ->
                    Set.copyOf(byJob.getOrDefault(event.jobId(), Set.of()))
                        .forEach(wait -> wait.hear(event)));
      }
    }

    private void add(Wait wait) {
      byJob.computeIfAbsent(wait.jobId, id -> new HashSet<>()).add(wait);
    }

    private void remove(Wait wait) {
      byJob.computeIfPresent(
          wait.jobId,
          (id, waits) -> {
            waits.remove(wait);
            return waits.isEmpty() ? null : waits;
          });
      if (byJob.isEmpty() && queues.remove(name, this)) {
        subscription.close();
      }
    }
  }

  private record Wait(
      QueueKeys keys, String jobId, Duration timeout, CompletableFuture<String> future) {

    private void hear(QueueEvent event) {
      if (!jobId.equals(event.jobId())) {
        return;
      }
      if (event.name().equals("completed")) {
        end(event.fields().getOrDefault("returnvalue", "null"), null);
      } else if (event.name().equals("failed")) {
        end(null, event.fields().get("failedReason"));
      }
    }

    private void end(String returnValue, String failedReason) {
      if (returnValue != null) {
        future.complete(returnValue);
      } else {
        future.completeExceptionally(new JobFailedException(keys.queue(), jobId, failedReason));
      }
    }

    private void expire() {
      future.completeExceptionally(
          new TimeoutException(
              "Job " + jobId + " of queue " + keys.queue() + " has not ended in " + timeout));
    }
  }
}
