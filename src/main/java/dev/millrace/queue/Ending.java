package dev.millrace.queue;

import java.time.Duration;
import java.util.List;

/**
 * How a run is to end in Redis; goes there with the next turn of its queue.
 *
 * @param text return value (JSON) or reason of the failure
 * @param stacks JSON array of stack traces
 * @param time for BACKOFF and LIMIT how long to wait from when Redis is told, for WAIT the due time
 *     since the epoch; else null
 */
record Ending(JobRun run, Kind kind, String text, String stacks, Duration time) {

  /** The script's letters and what the listener hears. */
  enum Kind {
    COMPLETED("c", EngineListener.Outcome.COMPLETED),
    SKIPPED("c", EngineListener.Outcome.SKIPPED),
    FAILED("f", EngineListener.Outcome.FAILED),
    RETRY("r", EngineListener.Outcome.RETRIED),
    BACKOFF("d", EngineListener.Outcome.RETRIED),
    WAIT("w", EngineListener.Outcome.DELAYED),
    LIMIT("l", EngineListener.Outcome.LIMITED),
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

  /**
   * After so long somebody's stalled check may have noted the job as active. BullMQ takes the note
   * back at every end; a note that stays is harmless, because nobody recovers what is not active,
   * and goes at the next check.
   */
  private static final long MAY_BE_MARKED = 2_000;

  boolean isPutOff() {
    return kind == Kind.BACKOFF || kind == Kind.WAIT;
  }

  void write(List<String> arguments, long nowMillis, ConsumerOptions defaults, TrimPace pace) {
    Job job = run.job();
    arguments.add(job.id());
    arguments.add(run.token());
    arguments.add(kind.letter);
    arguments.add(text);
    arguments.add(stacks);
    arguments.add(Long.toString(dueMillis(nowMillis)));
    arguments.add(retention(defaults, pace));
    arguments.add(Integer.toString(job.attemptsMade() + 1));
    arguments.add(job.deduplicationId() == null ? "" : job.deduplicationId());
    arguments.add(Long.toString(job.processedOn() == null ? nowMillis : job.processedOn()));
    arguments.add(flags(nowMillis));
  }

  private String flags(long nowMillis) {
    Job job = run.job();
    StringBuilder flags = new StringBuilder();
    flags.append(job.options().lifo() ? "l" : "");
    flags.append(job.countedByBull() ? "b" : "");
    flags.append(job.attemptsMade() + 1 >= Math.max(job.options().attempts(), 1) ? "x" : "");
    // Then nobody else can have taken the job, and its lock may be taken off without a look.
    long surely = run.options().lockDuration().toMillis() / 2;
    flags.append(!run.renewed && nowMillis - run.startedMillis() < surely ? "y" : "");
    flags.append(run.shared() || nowMillis - run.startedMillis() > MAY_BE_MARKED ? "s" : "");
    flags.append(run.mayHaveChildren() ? "k" : "");
    // Only a job whose id its producer chose can be given a parent later, by an add with that id.
    flags.append(job.parentKey() != null || !job.hasCountedId() ? "f" : "");
    return flags.toString();
  }

  private long dueMillis(long nowMillis) {
    if (time == null) {
      return 0;
    }
    return kind == Kind.WAIT ? time.toMillis() : nowMillis + time.toMillis();
  }

  private String retention(ConsumerOptions defaults, TrimPace pace) {
    boolean failed = kind == Kind.FAILED;
    if (!failed && kind != Kind.COMPLETED && kind != Kind.SKIPPED) {
      return "";
    }
    JobOptions options = run.job().options();
    Retention own = failed ? options.removeOnFail() : options.removeOnComplete();
    if (own != null) {
      return own.text();
    }
    Retention common = failed ? defaults.removeOnFail() : defaults.removeOnComplete();
    return common.count() == 0 || pace.isDue(failed, common) ? common.text() : "";
  }
}
