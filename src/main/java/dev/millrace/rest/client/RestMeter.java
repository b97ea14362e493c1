package dev.millrace.rest.client;

import dev.millrace.rest.client.RestRedisException.Kind;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/** Counts what goes to Redis over HTTP. */
public final class RestMeter {

  private final LongAdder requests = new LongAdder();
  private final LongAdder sent = new LongAdder();
  private final LongAdder inner = new LongAdder();
  private final Map<Kind, LongAdder> failures = new EnumMap<>(Kind.class);

  RestMeter() {
    for (Kind kind : Kind.values()) {
      failures.put(kind, new LongAdder());
    }
  }

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

  /** Requests that failed in this way. */
  public long failures(Kind kind) {
    return failures.get(kind).sum();
  }

  void request(int attempts, int commands) {
    requests.add(attempts);
    sent.add((long) attempts * commands);
  }

  void inside(long calls) {
    inner.add(calls);
  }

  void failed(Kind kind) {
    failures.get(kind).increment();
  }
}
