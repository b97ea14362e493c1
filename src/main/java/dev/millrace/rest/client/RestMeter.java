package dev.millrace.rest.client;

import java.util.concurrent.atomic.LongAdder;

/** Counts what goes to Redis over HTTP. */
public final class RestMeter {

  private final LongAdder requests = new LongAdder();
  private final LongAdder sent = new LongAdder();
  private final LongAdder inner = new LongAdder();

  /** HTTP requests; a repeated one counts again. */
  public long requests() {
    return requests.sum();
  }

  /** Commands; each of a pipeline counts, and a repeated one again. */
  public long sent() {
    return sent.sum();
  }

  /** Commands, and the calls that scripts made inside. */
  public long billed() {
    return sent.sum() + inner.sum();
  }

  void request(int commands) {
    requests.increment();
    sent.add(commands);
  }

  void inside(long calls) {
    inner.add(calls);
  }
}
