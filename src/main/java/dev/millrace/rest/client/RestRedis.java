package dev.millrace.rest.client;

import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * Redis over HTTP. Safe for use by many threads; those who ask at the same moment share a request.
 */
public final class RestRedis {

  /**
   * Sends one command, perhaps together with others' in one pipeline.
   *
   * @return fails with a {@link RestRedisException}
   */
  public CompletableFuture<Reply> send(RestCommand command) {
    throw new UnsupportedOperationException();
  }

  /**
   * Sends commands in one request. They are executed in order, and others' may come between.
   *
   * @return an answer for each, which may be an {@link Reply#error()}; fails with a {@link
   *     RestRedisException} when there is no answer at all
   */
  public CompletableFuture<List<Reply>> pipeline(List<RestCommand> commands) {
    throw new UnsupportedOperationException();
  }

  /**
   * Executes commands in one piece. One that fails as it runs does not undo the others.
   *
   * @return an answer for each; fails when none was executed
   */
  public CompletableFuture<List<Reply>> transaction(List<RestCommand> commands) {
    throw new UnsupportedOperationException();
  }

  /**
   * Runs a script, by its digest as long as the server knows it. Not repeated when the answer is
   * lost.
   *
   * @return the elements of its answer but the last, which says what it cost
   */
  public CompletableFuture<List<Reply>> eval(ScriptCall call) {
    throw new UnsupportedOperationException();
  }

  /**
   * Runs several in one request.
   *
   * @return for each what {@link #eval} answers; fails when one of them fails
   */
  public CompletableFuture<List<List<Reply>>> evalAll(List<ScriptCall> calls) {
    throw new UnsupportedOperationException();
  }

  /** What was sent so far, and what a provider bills for it: the calls inside scripts as well. */
  public RestMeter meter() {
    throw new UnsupportedOperationException();
  }

  /** The answer, for who has nothing else to do meanwhile; throws what it failed with. */
  public static <T> T await(CompletableFuture<T> answer) {
    throw new UnsupportedOperationException();
  }
}
