package dev.millrace.queue;

import java.time.Duration;
import java.util.List;

/**
 * How a run is to end in Redis; goes there with the next turn of its queue.
 *
 * @param text return value (JSON) or reason of the failure
 * @param stacks JSON array of stack traces
 * @param time for BACKOFF how long to wait from when Redis is told, for WAIT the due time since the
 *     epoch; else null
 */
record Ending(JobRun run, Kind kind, String text, String stacks, Duration time) {

  /** The script's letters and what the listener hears. */
  enum Kind {
    COMPLETED("c", EngineListener.Outcome.COMPLETED),
    FAILED("f", EngineListener.Outcome.FAILED),
    RETRY("r", EngineListener.Outcome.RETRIED),
    BACKOFF("d", EngineListener.Outcome.RETRIED),
    WAIT("w", EngineListener.Outcome.DELAYED),
    RELEASE("b", EngineListener.Outcome.RELEASED),
    WAIT_FOR_CHILDREN("p", EngineListener.Outcome.WAITING_FOR_CHILDREN);

    private final String letter;
    private final EngineListener.Outcome outcome;

    Kind(String letter, EngineListener.Outcome outcome) {
      this.letter = letter;
      this.outcome = outcome;
    }

    EngineListener.Outcome outcome() {
      return outcome;
    }
  }

  void write(List<String> arguments, long nowMillis, ConsumerOptions defaults) {
    arguments.add(run.job().id());
    arguments.add(run.token());
    arguments.add(kind.letter);
    arguments.add(text);
    arguments.add(stacks);
    arguments.add(Long.toString(dueMillis(nowMillis)));
    arguments.add(retention(defaults).text());
  }

  private long dueMillis(long nowMillis) {
    if (time == null) {
      return 0;
    }
    return kind == Kind.BACKOFF ? nowMillis + time.toMillis() : time.toMillis();
  }

  private Retention retention(ConsumerOptions defaults) {
    JobOptions options = run.job().options();
    Retention own = kind == Kind.FAILED ? options.removeOnFail() : options.removeOnComplete();
    if (own != null) {
      return own;
    }
    return kind == Kind.FAILED ? defaults.removeOnFail() : defaults.removeOnComplete();
  }
}
