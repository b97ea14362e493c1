package dev.millrace.queue;

import java.util.concurrent.atomic.LongAdder;

/**
 * Counts what a provider that bills by the command would bill: commands sent and, because the
 * scripts report them, the calls made inside scripts. Exact and free of charge: no command is spent
 * on counting.
 */
public final class CommandMeter {

  private final LongAdder sent = new LongAdder();
  private final LongAdder inner = new LongAdder();

  void sent(long commands) {
    sent.add(commands);
  }

  void inner(long calls) {
    inner.add(calls);
  }

  /** Commands that went over a connection of the engine. */
  public long sent() {
    return sent.sum();
  }

  /** Commands sent plus calls inside scripts. */
  public long billed() {
    return sent.sum() + inner.sum();
  }
}
