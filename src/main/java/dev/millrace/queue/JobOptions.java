package dev.millrace.queue;

import java.time.Duration;

/**
 * What may be said of a job when it is added; names and meaning are BullMQ's {@code JobsOptions}.
 * Stored as JSON in the job's field {@code opts}, with BullMQ's short names.
 */
public final class JobOptions {

  /** The largest priority number, 2^21 − 1: more does not fit into the score beside the counter. */
  public static final int MAX_PRIORITY = (1 << 21) - 1;

  /** Nothing special: one attempt, now, in turn. */
  public static final JobOptions DEFAULT = builder().build();

  private final String jobId;
  private final int attempts;
  private final Backoff backoff;
  private final Duration delay;
  private final int priority;
  private final boolean lifo;
  private final Long timestamp;
  private final Retention removeOnComplete;
  private final Retention removeOnFail;
  private final Deduplication deduplication;
  private final int stackTraceLimit;
  private final ParentJob parent;
  private final DependencyRule onFailure;
  private final Duration timeout;
  private final boolean byBull;
  private final String telemetryMetadata;
  private final boolean omitContext;
  private final int sizeLimit;
  private final int keepLogs;

  private JobOptions(Builder from) {
    jobId = from.jobId;
    attempts = from.attempts;
    backoff = from.backoff;
    delay = from.delay;
    priority = from.priority;
    lifo = from.lifo;
    timestamp = from.timestamp;
    removeOnComplete = from.removeOnComplete;
    removeOnFail = from.removeOnFail;
    deduplication = from.deduplication;
    stackTraceLimit = from.stackTraceLimit;
    parent = from.parent;
    onFailure = from.onFailure;
    timeout = from.timeout;
    byBull = from.byBull;
    telemetryMetadata = from.telemetryMetadata;
    omitContext = from.omitContext;
    sizeLimit = from.sizeLimit;
    keepLogs = from.keepLogs;
  }

  public static Builder builder() {
    return new Builder();
  }

  /** The id asked for; null = the queue's counter gives one. */
  public String jobId() {
    return jobId;
  }

  /** How often the job may run until it counts as failed; 0 and 1 both mean once. */
  public int attempts() {
    return attempts;
  }

  /** The wait between attempts; null = none. */
  public Backoff backoff() {
    return backoff;
  }

  /** How long after its time stamp the job may run; zero = at once. */
  public Duration delay() {
    return delay;
  }

  /** 1 is taken first; 0 = no priority, which is taken before all priorities. */
  public int priority() {
    return priority;
  }

  /** Whether the job goes to the front of the line. */
  public boolean lifo() {
    return lifo;
  }

  /** When the job was made, ms since the epoch; null = now. */
  public Long timestamp() {
    return timestamp;
  }

  /** What stays of completed jobs; null = the consumer's default. */
  public Retention removeOnComplete() {
    return removeOnComplete;
  }

  /** What stays of failed jobs; null = the consumer's default. */
  public Retention removeOnFail() {
    return removeOnFail;
  }

  public Deduplication deduplication() {
    return deduplication;
  }

  /** How many stack traces a failing job keeps, newest last; -1 = all. */
  public int stackTraceLimit() {
    return stackTraceLimit;
  }

  /** The job whose child this is; null = none. */
  public ParentJob parent() {
    return parent;
  }

  /** What a failure for good means for the parent; null = it goes on waiting. */
  public DependencyRule onFailure() {
    return onFailure;
  }

  /** The same for a child of that job. */
  JobOptions withParent(ParentJob job) {
    return toBuilder().parent(job).build();
  }

  /** What was read, refused as if it had been set; for options that are yet to be stored. */
  JobOptions checked() {
    return toBuilder().jobId(jobId).priority(priority).build();
  }

  private Builder toBuilder() {
    Builder builder = builder();
    builder.jobId = jobId;
    builder.attempts = attempts;
    builder.backoff = backoff;
    builder.delay = delay;
    builder.priority = priority;
    builder.lifo = lifo;
    builder.timestamp = timestamp;
    builder.removeOnComplete = removeOnComplete;
    builder.removeOnFail = removeOnFail;
    builder.deduplication = deduplication;
    builder.stackTraceLimit = stackTraceLimit;
    builder.timeout = timeout;
    builder.byBull = byBull;
    builder.parent = parent;
    builder.onFailure = onFailure;
    builder.telemetryMetadata = telemetryMetadata;
    builder.omitContext = omitContext;
    builder.sizeLimit = sizeLimit;
    builder.keepLogs = keepLogs;
    return builder;
  }

  /** How long a run may last; Bull's, BullMQ has none. Null = the consumer's. */
  public Duration timeout() {
    return timeout;
  }

  /** Whether Bull wrote them: unlike BullMQ it always notes these three. */
  boolean byBull() {
    return byBull;
  }

  /**
   * The trace context of who added the job, as text that only the telemetry of both sides reads;
   * bullmq-otel writes the W3C headers as JSON. BullMQ's {@code telemetry.metadata}; null = none.
   */
  public String telemetryMetadata() {
    return telemetryMetadata;
  }

  /** Whether the run is to begin a trace of its own; BullMQ's {@code telemetry.omitContext}. */
  public boolean omitContext() {
    return omitContext;
  }

  /** The most bytes that the job's data may have as JSON in UTF-8; 0 = any number. */
  public int sizeLimit() {
    return sizeLimit;
  }

  /** How many log lines the job keeps, the newest; BullMQ's {@code keepLogs}. 0 = all. */
  public int keepLogs() {
    return keepLogs;
  }

  /** Of a job without a parent. */
  String json() {
    return json("");
  }

  /**
   * @param prefix of the queue, which the parent's has too unless it says otherwise
   */
  String json(String prefix) {
    return OptionsJson.write(this, prefix);
  }

  /** Reads what any Bull or BullMQ client stored; what it does not know it leaves alone. */
  static JobOptions parse(String json) {
    // Not build(), which would refuse what somebody else has already stored.
    return new JobOptions(OptionsJson.read(json));
  }

  /** Collects options; every setter refuses what BullMQ would refuse. */
  public static final class Builder {

    String jobId;
    int attempts;
    Backoff backoff;
    Duration delay = Duration.ZERO;
    int priority;
    boolean lifo;
    Long timestamp;
    Retention removeOnComplete;
    Retention removeOnFail;
    Deduplication deduplication;
    int stackTraceLimit = -1;
    ParentJob parent;
    DependencyRule onFailure;
    Duration timeout;
    boolean byBull;
    String telemetryMetadata;
    boolean omitContext;
    int sizeLimit;
    int keepLogs;

    private Builder() {}

    /**
     * @param id null or empty: the counter gives one. An integer would collide with the counter, a
     *     colon would break the keys apart; three segments are BullMQ's own exception
     */
    public Builder jobId(String id) {
      if (id == null || id.isEmpty()) {
        jobId = null;
        return this;
      }
      JobIds.check(id);
      jobId = id;
      return this;
    }

    public Builder attempts(int number) {
      if (number < 0) {
        throw new IllegalArgumentException("attempts " + number + " is negative; use 1 or more");
      }
      attempts = number;
      return this;
    }

    public Builder backoff(Backoff value) {
      backoff = value;
      return this;
    }

    public Builder delay(Duration value) {
      if (value.isNegative()) {
        throw new IllegalArgumentException("delay " + value + " is negative; use 0 or more");
      }
      delay = value;
      return this;
    }

    public Builder priority(int value) {
      if (value < 0 || value > MAX_PRIORITY) {
        throw new IllegalArgumentException(
            "priority " + value + " is outside 0 to " + MAX_PRIORITY + " (1 is taken first)");
      }
      priority = value;
      return this;
    }

    public Builder lifo(boolean value) {
      lifo = value;
      return this;
    }

    public Builder timestamp(Long epochMillis) {
      timestamp = epochMillis;
      return this;
    }

    public Builder removeOnComplete(Retention value) {
      removeOnComplete = value;
      return this;
    }

    public Builder removeOnFail(Retention value) {
      removeOnFail = value;
      return this;
    }

    public Builder deduplication(Deduplication value) {
      deduplication = value;
      return this;
    }

    public Builder stackTraceLimit(int value) {
      stackTraceLimit = value;
      return this;
    }

    /**
     * The job becomes a child of that job, which must exist and will not be complete before its
     * children are. Not together with a deduplication.
     */
    public Builder parent(ParentJob value) {
      parent = value;
      return this;
    }

    /** See {@link DependencyRule}; null = the parent goes on waiting. */
    public Builder onFailure(DependencyRule value) {
      onFailure = value;
      return this;
    }

    public Builder timeout(Duration value) {
      if (value != null && value.toMillis() < 1) {
        throw new IllegalArgumentException(
            "timeout " + value + " is less than 1 ms; leave it out for none");
      }
      timeout = value;
      return this;
    }

    public Builder telemetryMetadata(String value) {
      telemetryMetadata = value;
      return this;
    }

    public Builder omitContext(boolean value) {
      omitContext = value;
      return this;
    }

    /**
     * A job whose data has more bytes than this is refused when it is made.
     *
     * @param bytes 0 = any number
     */
    public Builder sizeLimit(int bytes) {
      if (bytes < 0) {
        throw new IllegalArgumentException(
            "sizeLimit " + bytes + " is negative; use the most bytes that the data may have");
      }
      sizeLimit = bytes;
      return this;
    }

    /**
     * Of the job's log only the newest lines stay.
     *
     * @param lines 0 = all
     */
    public Builder keepLogs(int lines) {
      if (lines < 0) {
        throw new IllegalArgumentException(
            "keepLogs " + lines + " is negative; use the number of lines that are to stay");
      }
      keepLogs = lines;
      return this;
    }

    public JobOptions build() {
      if (parent != null && deduplication != null) {
        throw new IllegalArgumentException(
            "a job with the parent "
                + parent.id()
                + " cannot have the deduplicationId \""
                + deduplication.id()
                + "\" too; leave one of them out");
      }
      return new JobOptions(this);
    }
  }
}
