package dev.millrace.queue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.util.Set;

/**
 * What may be said of a job when it is added; names and meaning are BullMQ's {@code JobsOptions}.
 * Stored as JSON in the job's field {@code opts}, with BullMQ's short names.
 */
public final class JobOptions {

  /** The largest priority number, 2^21 − 1: more does not fit into the score beside the counter. */
  public static final int MAX_PRIORITY = (1 << 21) - 1;

  /** Nothing special: one attempt, now, in turn. */
  public static final JobOptions DEFAULT = builder().build();

  /** A job of this id would be stored in the place of one of the queue's own keys. */
  private static final Set<String> KEYS =
      Set.of(
          "id",
          "wait",
          "paused",
          "active",
          "prioritized",
          "pc",
          "delayed",
          "marker",
          "waiting-children",
          "completed",
          "failed",
          "meta",
          "events",
          "stalled",
          "stalled-check",
          "limiter",
          "repeat",
          "priority",
          "meta-paused");

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
  private final int sizeLimit;

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
    sizeLimit = from.sizeLimit;
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

  /** The most bytes that the job's data may have as JSON in UTF-8; 0 = any number. */
  public int sizeLimit() {
    return sizeLimit;
  }

  String json() {
    ObjectNode node = Json.MAPPER.createObjectNode().put("attempts", attempts);
    if (jobId != null) {
      node.put("jobId", jobId);
    }
    if (backoff != null) {
      ObjectNode shape = node.putObject("backoff");
      shape.put("type", backoff.type().text()).put("delay", backoff.delay().toMillis());
      if (backoff.jitter() > 0) {
        shape.put("jitter", backoff.jitter());
      }
    }
    if (!delay.isZero()) {
      node.put("delay", delay.toMillis());
    }
    if (priority > 0) {
      node.put("priority", priority);
    }
    if (lifo) {
      node.put("lifo", true);
    }
    if (timestamp != null) {
      node.put("timestamp", timestamp);
    }
    if (removeOnComplete != null) {
      node.putPOJO("removeOnComplete", removeOnComplete.json());
    }
    if (removeOnFail != null) {
      node.putPOJO("removeOnFail", removeOnFail.json());
    }
    if (deduplication != null) {
      deduplication.write(node);
    }
    if (stackTraceLimit >= 0) {
      node.put("stackTraceLimit", stackTraceLimit);
    }
    if (sizeLimit > 0) {
      node.put("sizeLimit", sizeLimit);
    }
    return Json.write(node);
  }

  /** Reads what any Bull or BullMQ client stored; what it does not know it leaves alone. */
  static JobOptions parse(String json) {
    JsonNode node = Json.read("the job's opts", json == null || json.isEmpty() ? "{}" : json);
    Builder builder = builder();
    builder.attempts = node.path("attempts").asInt(0);
    builder.backoff = Backoff.parse(node.get("backoff"));
    builder.delay = Duration.ofMillis(Math.max(node.path("delay").asLong(0), 0));
    builder.priority = node.path("priority").asInt(0);
    builder.lifo = node.path("lifo").asBoolean(false);
    builder.jobId = node.path("jobId").asText(null);
    builder.removeOnComplete = Retention.parse(node.get("removeOnComplete"));
    builder.removeOnFail = Retention.parse(node.get("removeOnFail"));
    builder.deduplication = Deduplication.parse(node.path("de"));
    builder.stackTraceLimit = node.path("stackTraceLimit").asInt(-1);
    return builder.build();
  }

  /** Collects options; every setter refuses what BullMQ would refuse. */
  public static final class Builder {

    private String jobId;
    private int attempts;
    private Backoff backoff;
    private Duration delay = Duration.ZERO;
    private int priority;
    private boolean lifo;
    private Long timestamp;
    private Retention removeOnComplete;
    private Retention removeOnFail;
    private Deduplication deduplication;
    private int stackTraceLimit = -1;
    private int sizeLimit;

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
      if (id.matches("\\d+")) {
        throw new IllegalArgumentException(
            "jobId \"" + id + "\" is an integer, which the queue's own counter uses; add a letter");
      }
      if (KEYS.contains(id)) {
        throw new IllegalArgumentException(
            "jobId \"" + id + "\" is the name of one of the queue's own keys; rename it");
      }
      if (id.startsWith("0:")) {
        throw new IllegalArgumentException(
            "jobId \"" + id + "\" begins with \"0:\", an old marker; rename it");
      }
      if (id.contains(":") && id.split(":", -1).length != 3) {
        throw new IllegalArgumentException(
            "jobId \""
                + id
                + "\" contains ':', which BullMQ allows only in ids of three segments; use '-'");
      }
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

    public JobOptions build() {
      return new JobOptions(this);
    }
  }
}
