package dev.millrace.queue;

import java.time.Duration;

/**
 * How one consumer works its queue.
 *
 * @param queue the queue's name
 * @param mode how it hears of jobs when it begins; default {@link ConsumptionMode#POOLED}
 * @param concurrency handlers that run at the same time, 1 or more; default {@value
 *     #DEFAULT_CONCURRENCY}
 * @param batchSize jobs that one handler gets at once, when so many are there; default 1
 * @param lockDuration how long a job stays ours without a sign of life; default 30 s, BullMQ's. The
 *     first renewal comes at half of it and doubles it, so only long jobs cost renewals; longer is
 *     cheaper, and recovery after a crash later
 * @param timeout how long a run may last until it fails and its handler is interrupted; default
 *     null, for ever. A job's own {@code timeout}, which Bull writes, wins
 * @param limiter how many jobs may begin within a time; default null, any number
 * @param backoff waits between attempts of kinds that only this fleet knows; default null, an
 *     unknown kind counts as fixed
 * @param backoffMax the longest wait between two attempts, whatever a job or strategy says; default
 *     null, no end
 * @param metrics for how many minutes finished jobs are counted per minute, BullMQ's {@code
 *     maxDataPoints}; default 0, not at all
 * @param removeOnComplete what stays of completed jobs that do not say so themselves; default: the
 *     newest 1,000
 * @param removeOnFail the same for failed jobs; default: the newest 5,000
 */
public record ConsumerOptions(
    String queue,
    ConsumptionMode mode,
    int concurrency,
    int batchSize,
    Duration lockDuration,
    Duration timeout,
    RateLimit limiter,
    BackoffStrategy backoff,
    Duration backoffMax,
    int metrics,
    Retention removeOnComplete,
    Retention removeOnFail) {

  public static final int DEFAULT_CONCURRENCY = 1;
  public static final Duration DEFAULT_LOCK_DURATION = Duration.ofSeconds(30);
  public static final Retention DEFAULT_REMOVE_ON_COMPLETE = new Retention(1000, null);
  public static final Retention DEFAULT_REMOVE_ON_FAIL = new Retention(5000, null);

  private static final int MOST = 10_000;
  private static final int MOST_METRICS = 100_000;

  public ConsumerOptions {
    within("concurrency", concurrency, 1, MOST);
    within("batchSize", batchSize, 1, MOST);
    within("concurrency times batchSize", (long) concurrency * batchSize, 1, MOST);
    within("metrics", metrics, 0, MOST_METRICS);
    if (lockDuration.compareTo(Duration.ofSeconds(1)) < 0
        || lockDuration.compareTo(Duration.ofHours(24)) > 0) {
      throw new IllegalArgumentException(
          "lockDuration " + lockDuration + " is outside 1 s to 24 h; mind the unit");
    }
    if (timeout != null && timeout.toMillis() < 1) {
      throw new IllegalArgumentException(
          "timeout " + timeout + " is less than 1 ms; leave it out for none");
    }
    if (backoffMax != null && backoffMax.toMillis() < 1) {
      throw new IllegalArgumentException(
          "backoffMax " + backoffMax + " is less than 1 ms; leave it out for none");
    }
  }

  private static void within(String option, long value, int least, int most) {
    if (value < least || value > most) {
      throw new IllegalArgumentException(
          option + " " + value + " is outside " + least + " to " + most);
    }
  }

  /** The defaults for a queue. */
  public static ConsumerOptions of(String queue) {
    return builder(queue).build();
  }

  public static Builder builder(String queue) {
    return new Builder(queue);
  }

  public ConsumerOptions withConcurrency(int number) {
    return toBuilder().concurrency(number).build();
  }

  public ConsumerOptions withLockDuration(Duration duration) {
    return toBuilder().lockDuration(duration).build();
  }

  /** The most jobs that run at the same time. */
  int capacity() {
    return concurrency * batchSize;
  }

  public Builder toBuilder() {
    Builder builder = builder(queue);
    builder.mode = mode;
    builder.concurrency = concurrency;
    builder.batchSize = batchSize;
    builder.lockDuration = lockDuration;
    builder.timeout = timeout;
    builder.limiter = limiter;
    builder.backoff = backoff;
    builder.backoffMax = backoffMax;
    builder.metrics = metrics;
    builder.removeOnComplete = removeOnComplete;
    builder.removeOnFail = removeOnFail;
    return builder;
  }

  /** Collects options; what they mean stands at the record. */
  public static final class Builder {

    private final String queue;
    private ConsumptionMode mode = ConsumptionMode.POOLED;
    private int concurrency = DEFAULT_CONCURRENCY;
    private int batchSize = 1;
    private Duration lockDuration = DEFAULT_LOCK_DURATION;
    private Duration timeout;
    private RateLimit limiter;
    private BackoffStrategy backoff;
    private Duration backoffMax;
    private int metrics;
    private Retention removeOnComplete = DEFAULT_REMOVE_ON_COMPLETE;
    private Retention removeOnFail = DEFAULT_REMOVE_ON_FAIL;

    private Builder(String queue) {
      this.queue = queue;
    }

    public Builder mode(ConsumptionMode first) {
      mode = first;
      return this;
    }

    public Builder concurrency(int number) {
      concurrency = number;
      return this;
    }

    public Builder batchSize(int number) {
      batchSize = number;
      return this;
    }

    public Builder lockDuration(Duration duration) {
      lockDuration = duration;
      return this;
    }

    public Builder timeout(Duration duration) {
      timeout = duration;
      return this;
    }

    public Builder limiter(RateLimit limit) {
      limiter = limit;
      return this;
    }

    public Builder backoff(BackoffStrategy strategy) {
      backoff = strategy;
      return this;
    }

    public Builder backoffMax(Duration longest) {
      backoffMax = longest;
      return this;
    }

    public Builder metrics(int minutes) {
      metrics = minutes;
      return this;
    }

    public Builder removeOnComplete(Retention retention) {
      removeOnComplete = retention;
      return this;
    }

    public Builder removeOnFail(Retention retention) {
      removeOnFail = retention;
      return this;
    }

    public ConsumerOptions build() {
      return new ConsumerOptions(
          queue,
          mode,
          concurrency,
          batchSize,
          lockDuration,
          timeout,
          limiter,
          backoff,
          backoffMax,
          metrics,
          removeOnComplete,
          removeOnFail);
    }
  }
}
