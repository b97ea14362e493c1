package dev.millrace.queue;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/**
 * How consumers hear of jobs, and the connection over which they take them: one for all consumers
 * of a mode, or in mode legacy one for each queue. Its connections are open while it has consumers.
 *
 * <p>Belongs to the engine's loop.
 */
interface Feed {

  /** What the consumers' turns go over. */
  CommandLine line();

  /** Whether its connections were made and the server is one that the engine works with. */
  boolean isOpen();

  /** The consumer is to hear of jobs from now on. */
  void join(QueueConsumer consumer);

  /**
   * The consumer hears no more; without consumers the connections close, one of its own only when
   * no turn is on its way over it.
   */
  void leave(QueueConsumer consumer);

  /** The consumer takes jobs again. */
  void resumed(QueueConsumer consumer);

  /** The consumer has made a turn, or has room again. */
  void turned(QueueConsumer consumer);

  /** A turn of the consumer was not answered, or refused. */
  void failed(QueueConsumer consumer);

  /** Jobs were added or put off in this process that wait in the queue. */
  void added(QueueConsumer consumer);

  /** Whether whatever comes for the consumer is heard of. */
  boolean hears(QueueConsumer consumer);

  /** When it last listened or heard something, ms since the epoch: its sign of life. */
  long cycleMillis();

  /** How old that may become while all is well. */
  Duration longestCycle();

  /**
   * Stops listening in good order.
   *
   * @param patience after which the connections are cut off
   */
  CompletableFuture<?> close(Duration patience);
}
