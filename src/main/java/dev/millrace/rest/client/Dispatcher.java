package dev.millrace.rest.client;

import dev.millrace.rest.client.RestRedisException.Kind;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;

/**
 * Sends requests, each on a virtual thread of its own, none longer than the deadline, and none at
 * all while the breaker says that it would be in vain.
 */
final class Dispatcher implements AutoCloseable {

  private final RestTransport transport;
  private final ExecutorService threads;
  private final Duration deadline;
  private final CircuitBreaker breaker;
  private final Semaphore room;
  private final RestMeter meter = new RestMeter();
  private final AtomicReference<String> syncToken = new AtomicReference<>("");

  /**
   * @param deadline the longest that anybody waits for an answer
   * @param requests how many may be on their way at once; the others wait, and their time runs
   */
  Dispatcher(
      RestTransport transport,
      ExecutorService threads,
      Duration deadline,
      CircuitBreaker breaker,
      int requests) {
    this.transport = transport;
    this.threads = threads;
    this.deadline = deadline;
    this.breaker = breaker;
    this.room = new Semaphore(requests);
  }

  RestMeter meter() {
    return meter;
  }

  boolean isPaused() {
    return breaker.getState() == CircuitBreaker.State.OPEN;
  }

  /** Returns when a request could leave at once. */
  void awaitRoom() {
    room.acquireUninterruptibly();
    room.release();
  }

  /** The same reply, which fails when the deadline has passed. */
  <T> CompletableFuture<T> inTime(String command, CompletableFuture<T> reply) {
    return reply
        .copy()
        .orTimeout(deadline.toMillis(), TimeUnit.MILLISECONDS)
        .exceptionallyCompose(
            failure ->
                CompletableFuture.failedFuture(
                    failure instanceof TimeoutException
                        ? RestRedis.unreachable(
                            command, "no answer within " + deadline.toMillis() + " ms", null)
                        : failure));
  }

  CompletableFuture<Reply> one(RestCommand command) {
    RestRequest request = RestRequest.of(command);
    return ask(request, answer -> ReplyReader.one(request, answer));
  }

  CompletableFuture<List<Reply>> many(String path, List<RestCommand> commands) {
    if (commands.isEmpty()) {
      return CompletableFuture.completedFuture(List.of());
    }
    RestRequest request = RestRequest.of(path, commands);
    return ask(request, answer -> ReplyReader.many(request, commands, answer));
  }

  private <T> CompletableFuture<T> ask(RestRequest request, Function<RestAnswer, T> read) {
    CompletableFuture<T> reply = new CompletableFuture<>();
    String obstacle = transport.obstacle();
    if (obstacle != null) {
      // Says nothing about the server, so the breaker is not told.
      meter.failed(Kind.UNREACHABLE);
      return CompletableFuture.failedFuture(
          RestRedis.unreachable(request.command(), obstacle, null));
    }
    if (!breaker.tryAcquirePermission()) {
      meter.failed(Kind.PAUSED);
      reply.completeExceptionally(
          new RestRedisException(
              Kind.PAUSED,
              request.command(),
              "not asked, because much of what was asked last failed",
              null));
      return reply;
    }
    long begun = System.nanoTime();
    Future<?> exchange;
    try {
      exchange = threads.submit(() -> exchange(request, read, reply));
    } catch (RejectedExecutionException e) {
      breaker.releasePermission();
      return CompletableFuture.failedFuture(
          RestRedis.unreachable(request.command(), "the client is closed", e));
    }
    return inTime(request.command(), reply)
        .handle(
            (value, failure) -> {
              RestRedisException refusal = refusal(request, failure);
              if (!reply.isDone()) {
                // Nobody waits any more, and an interrupted virtual thread closes its socket.
                exchange.cancel(true);
              }
              long took = System.nanoTime() - begun;
              if (refusal == null || refusal.answered()) {
                breaker.onSuccess(took, TimeUnit.NANOSECONDS);
              } else {
                breaker.onError(took, TimeUnit.NANOSECONDS, refusal);
              }
              if (refusal != null) {
                meter.failed(refusal.kind());
                throw refusal;
              }
              return value;
            });
  }

  private <T> void exchange(
      RestRequest request, Function<RestAnswer, T> read, CompletableFuture<T> reply) {
    try {
      RestAnswer answer = exchange(request);
      meter.request(answer.attempts(), request.commands());
      if (answer.syncToken() != null) {
        syncToken.set(answer.syncToken());
      }
      reply.complete(read.apply(answer));
    } catch (IOException e) {
      meter.request(1, request.commands());
      reply.completeExceptionally(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      reply.completeExceptionally(e);
    } catch (RuntimeException e) {
      reply.completeExceptionally(e);
    }
  }

  private RestAnswer exchange(RestRequest request) throws IOException, InterruptedException {
    room.acquire();
    try {
      return transport.exchange(request, syncToken.get());
    } finally {
      room.release();
    }
  }

  private RestRedisException refusal(RestRequest request, Throwable failure) {
    if (failure == null) {
      return null;
    }
    RestRedisException refusal = RestRedis.refusal(failure);
    if (refusal != null) {
      return refusal;
    }
    Throwable cause = failure.getCause() == null ? failure : failure.getCause();
    if (cause instanceof AnswerBody.TooLarge) {
      return new RestRedisException(Kind.TOO_LARGE, request.command(), cause.getMessage(), null);
    }
    return RestRedis.unreachable(request.command(), "no answer: " + cause, cause);
  }

  @Override
  public void close() {
    threads.shutdownNow();
  }
}
