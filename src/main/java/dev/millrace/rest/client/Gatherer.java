package dev.millrace.rest.client;

import dev.millrace.rest.client.RestRedisException.Kind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/**
 * Lets commands of the same moment leave together. The first waits a little for others; when all
 * requests that may be on their way at once are, those that come meanwhile wait for one to return,
 * so that pipelines grow with load.
 */
final class Gatherer {

  /** What a server does at once without others noticing. */
  static final int MOST_COMMANDS = 500;

  // With escapes and base64 far below the 10 MB that a request may have.
  private static final int MOST_BYTES = 1 << 20;

  private final Dispatcher dispatcher;
  private final Executor threads;
  private final Duration linger;
  private final Queue<Waiting> waiting = new ConcurrentLinkedQueue<>();
  private final AtomicBoolean leaving = new AtomicBoolean();

  /**
   * @param linger how long the first waits for others
   */
  Gatherer(Dispatcher dispatcher, Executor threads, Duration linger) {
    this.dispatcher = dispatcher;
    this.threads = threads;
    this.linger = linger;
  }

  CompletableFuture<Reply> add(RestCommand command) {
    Waiting one = new Waiting(command, new CompletableFuture<>());
    waiting.add(one);
    depart();
    // Time also runs while it waits to leave, and is not given twice when it is sent again.
    return dispatcher.inTime(command.name(), one.reply());
  }

  private void depart() {
    if (!leaving.compareAndSet(false, true)) {
      return;
    }
    try {
      threads.execute(this::leave);
    } catch (RejectedExecutionException e) {
      for (Waiting one = waiting.poll(); one != null; one = waiting.poll()) {
        one.end(null, RestRedis.unreachable(one.command().name(), "the client is closed", e));
      }
      leaving.set(false);
    }
  }

  private void leave() {
    if (!linger.isZero()) {
      LockSupport.parkNanos(linger.toNanos());
    }
    dispatcher.awaitRoom();
    leaving.set(false);
    List<Waiting> together = new ArrayList<>();
    int size = 0;
    while (together.size() < MOST_COMMANDS && size < MOST_BYTES) {
      Waiting one = waiting.poll();
      if (one == null) {
        break;
      }
      together.add(one);
      size += one.command().size();
    }
    if (!waiting.isEmpty()) {
      depart();
    }
    if (!together.isEmpty()) {
      send(together);
    }
  }

  private void send(List<Waiting> together) {
    if (together.size() == 1) {
      Waiting only = together.getFirst();
      dispatcher.one(only.command()).whenComplete(only::end);
      return;
    }
    dispatcher
        .many("/pipeline", together.stream().map(Waiting::command).toList())
        .whenComplete(
            (replies, failure) -> {
              if (failure != null) {
                again(together, failure);
                return;
              }
              for (int i = 0; i < together.size(); i++) {
                Reply reply = replies.get(i);
                together.get(i).end(reply, reply.error().orElse(null));
              }
            });
  }

  /**
   * What may be repeated gets another chance: without those that kept it from one, and in halves
   * when the answer to all was too large.
   */
  private void again(List<Waiting> together, Throwable failure) {
    RestRedisException refusal = RestRedis.refusal(failure);
    Kind kind = refusal == null ? null : refusal.kind();
    List<Waiting> repeatable = together.stream().filter(one -> one.command().repeatable()).toList();
    boolean allAre = repeatable.size() == together.size();
    if (kind != Kind.TOO_LARGE && (kind != Kind.UNREACHABLE || allAre)) {
      together.forEach(one -> one.end(null, failure));
      return;
    }
    together.stream()
        .filter(one -> !one.command().repeatable())
        .forEach(one -> one.end(null, failure));
    int half = kind == Kind.TOO_LARGE && allAre ? repeatable.size() / 2 : 0;
    Stream.of(repeatable.subList(0, half), repeatable.subList(half, repeatable.size()))
        .filter(part -> !part.isEmpty())
        .forEach(this::send);
  }

  /** A command and who waits for its answer. */
  private record Waiting(RestCommand command, CompletableFuture<Reply> reply) {

    void end(Reply answer, Throwable failure) {
      if (failure == null) {
        reply.complete(answer);
        return;
      }
      RestRedisException refusal = RestRedis.refusal(failure);
      // The name of this command instead of the first one's in the pipeline.
      reply.completeExceptionally(refusal == null ? failure : refusal.of(command.name()));
    }
  }
}
