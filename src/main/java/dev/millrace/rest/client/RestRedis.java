package dev.millrace.rest.client;

import dev.millrace.rest.client.RestRedisException.Kind;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/**
 * Redis over HTTP, by the Upstash REST protocol. Safe for use by many threads; who asks at the same
 * moment shares a request:
 *
 * <pre>
 * send ──► Gatherer ──► one pipeline ──┐
 * pipeline, transaction, bytes ────────┴──► Dispatcher ──► breaker, deadline ──► CamelTransport
 *                                                          redis-over-http (route) ──► HTTP
 * </pre>
 *
 * What was sent at the same time may be executed in any order; a pipeline keeps its own.
 */
public final class RestRedis implements AutoCloseable {

  private final Dispatcher dispatcher;
  private final Gatherer gatherer;
  private final RestScripts scripts;

  RestRedis(Dispatcher dispatcher, Gatherer gatherer) {
    this.dispatcher = dispatcher;
    this.gatherer = gatherer;
    this.scripts = new RestScripts(this::send, this::pipeline, dispatcher.meter());
  }

  /**
   * Sends one command, perhaps together with others' in one pipeline.
   *
   * @return fails with a {@link RestRedisException}
   * @throws IllegalArgumentException when HTTP cannot carry its arguments
   */
  public CompletableFuture<Reply> send(RestCommand command) {
    return RestRequest.isBinary(command) ? dispatcher.one(command) : gatherer.add(command);
  }

  /**
   * Sends commands in one request. They are executed in order, and others' may come between.
   *
   * @return an answer for each, which may be an {@link Reply#error()}; fails with a {@link
   *     RestRedisException} when there is no answer at all
   * @throws IllegalArgumentException when HTTP cannot carry their arguments
   */
  public CompletableFuture<List<Reply>> pipeline(List<RestCommand> commands) {
    return dispatcher.many("/pipeline", commands);
  }

  /**
   * Executes commands in one piece. One that fails as it runs does not undo the others.
   *
   * @return an answer for each; fails when none was executed
   * @throws IllegalArgumentException when HTTP cannot carry their arguments
   */
  public CompletableFuture<List<Reply>> transaction(List<RestCommand> commands) {
    return dispatcher.many("/multi-exec", commands);
  }

  /**
   * Runs a script, by its digest as long as the server knows it. Not repeated when the answer is
   * lost.
   *
   * @return the elements of its answer but the last, which says what it cost
   */
  public CompletableFuture<List<Reply>> eval(ScriptCall call) {
    return scripts.run(call);
  }

  /**
   * Runs several in one request.
   *
   * @return for each what {@link #eval} answers; fails when one of them fails
   */
  public CompletableFuture<List<List<Reply>>> evalAll(List<ScriptCall> calls) {
    return scripts.run(calls);
  }

  /** What was sent so far, and what a provider bills for it: the calls inside scripts as well. */
  public RestMeter meter() {
    return dispatcher.meter();
  }

  /** Whether nothing is sent for now, because much of what was asked last failed. */
  public boolean isPaused() {
    return dispatcher.isPaused();
  }

  /** What is on its way fails. */
  @Override
  public void close() {
    dispatcher.close();
  }

  /**
   * The answer, for who has nothing else to do meanwhile.
   *
   * @throws RestRedisException as the answer failed
   */
  public static <T> T await(CompletableFuture<T> answer) {
    try {
      return answer.join();
    } catch (CompletionException e) {
      RestRedisException refusal = refusal(e);
      if (refusal == null) {
        throw e;
      }
      // A new one, because its stack shows who asked.
      throw new RestRedisException(refusal);
    }
  }

  /** The exception of this client in what a future failed with; null when it is another. */
  static RestRedisException refusal(Throwable failure) {
    Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
    return cause instanceof RestRedisException refusal ? refusal : null;
  }

  static RestRedisException unreachable(String command, String why, Throwable cause) {
    return new RestRedisException(Kind.UNREACHABLE, command, why, cause);
  }
}
