package dev.millrace.queue;

import java.time.Duration;

/**
 * What a turn read of the queue's own settings, so that the next one need not read them. It holds
 * for some seconds, and only while the queue has no global concurrency or rate limit: with one,
 * every end makes room that others may be waiting for.
 */
final class KnownSettings {

  private static final Duration HOLDS = Duration.ofSeconds(5);

  private String stream = "";
  private boolean limited;
  private long readNanos;

  /** The length of the events stream; empty = the settings are to be read. */
  String stream(long nowNanos) {
    return limited || nowNanos - readNanos > HOLDS.toNanos() ? "" : stream;
  }

  void read(Turn.Reply reply, long sentNanos) {
    if (!reply.stream().isEmpty()) {
      stream = reply.stream();
      limited = reply.narrow();
      readNanos = sentNanos;
    }
  }
}
