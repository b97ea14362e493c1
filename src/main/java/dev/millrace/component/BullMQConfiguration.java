package dev.millrace.component;

import dev.millrace.queue.BackoffStrategy;
import org.apache.camel.RuntimeCamelException;
import org.apache.camel.spi.UriParam;
import org.apache.camel.spi.UriParams;

/**
 * Options of {@code bullmq:} endpoints. Those of the producer may hold Simple expressions,
 * evaluated for each job.
 */
@UriParams
public class BullMQConfiguration implements Cloneable {

  @UriParam(
      label = "consumer",
      defaultValue = "1",
      description = "How many jobs of this queue run at the same time.")
  private int concurrency = 1;

  @UriParam(
      label = "consumer",
      javaType = "java.time.Duration",
      defaultValue = "30000",
      description =
          "How long a job stays with this consumer without a sign of life. Locks are renewed at half of it, so a longer one is cheaper for long jobs, and recovery after a crash comes later.")
  private long lockDuration = 30_000;

  @UriParam(
      label = "common",
      description =
          "What stays of completed jobs: a number (the newest so many), a duration such as 24h, both as 1000,24h, true (nothing stays) or false (everything stays, which grows Redis for ever). On a consumer it counts for jobs that do not say so themselves; the default there is 1000.")
  private String removeOnComplete;

  @UriParam(
      label = "common",
      description = "The same for failed jobs; the default on a consumer is 5000.")
  private String removeOnFail;

  @UriParam(
      label = "producer",
      description =
          "Name of the job, by which Node processors choose what to do. Default is the queue's name.")
  private String name;

  @UriParam(
      label = "producer",
      description =
          "Id of the job. A job whose id exists already is not added. Not an integer, and no colons but in ids of three segments.")
  private String jobId;

  @UriParam(
      label = "producer",
      description = "How long the job waits before it may run, such as 30s or 5m.")
  private String delay;

  @UriParam(
      label = "producer",
      description =
          "1 is taken first, up to 2097151; 0 is no priority, which is taken before all of them.")
  private String priority;

  @UriParam(
      label = "producer",
      description =
          "How often the job may be attempted until it counts as failed. Default is the component's.")
  private String attempts;

  @UriParam(
      label = "producer",
      enums = "fixed,exponential",
      description = "How the wait between attempts grows.")
  private String backoffType;

  @UriParam(label = "producer", description = "The first wait between attempts, such as 30s.")
  private String backoffDelay;

  @UriParam(
      label = "producer",
      description = "0 to 1: the part of the wait between attempts that is drawn at random.")
  private String backoffJitter;

  @UriParam(
      label = "producer",
      description =
          "Of jobs with the same deduplication id only one is in the queue: until it ends or, with deduplicationTtl, for that time.")
  private String deduplicationId;

  @UriParam(label = "producer", description = "How long the deduplication id is taken, such as 5s.")
  private String deduplicationTtl;

  @UriParam(
      label = "producer",
      description =
          "An add with the deduplication id of a job that is running is kept, and becomes one further run when that job ends.")
  private boolean keepLastIfActive;

  @UriParam(label = "producer", description = "Puts the job at the front of the line.")
  private boolean lifo;

  @UriParam(
      label = "consumer",
      defaultValue = "1",
      description =
          "How many jobs one exchange may carry; with more than 1 the body is a list of exchanges, one for each job, and each is acknowledged on its own: by its exception, its headers and its body.")
  private int batchSize = 1;

  @UriParam(
      label = "consumer",
      javaType = "java.time.Duration",
      description =
          "How long a run may last until its attempt fails and its thread is interrupted. Default is for ever.")
  private long timeout;

  @UriParam(
      label = "consumer",
      description =
          "How many jobs of the queue may begin within rateLimitDuration, on all workers together.")
  private int rateLimitMax;

  @UriParam(
      label = "consumer",
      javaType = "java.time.Duration",
      defaultValue = "1000",
      description = "The time in which rateLimitMax jobs may begin.")
  private long rateLimitDuration = 1000;

  @UriParam(
      label = "consumer",
      description =
          "For how many minutes finished jobs are counted per minute, BullMQ's maxDataPoints. Default is not at all.")
  private int metrics;

  @UriParam(
      label = "consumer",
      description =
          "Waits between attempts for backoff types that only this fleet knows, a bean of type dev.millrace.queue.BackoffStrategy such as #bean:tides.")
  private BackoffStrategy backoffStrategy;

  @UriParam(
      label = "producer",
      description = "Every further add with the deduplication id starts deduplicationTtl anew.")
  private boolean deduplicationExtend;

  @UriParam(
      label = "producer",
      description =
          "A further add takes the place of the job with its deduplication id while that is delayed; with delay, deduplicationTtl and deduplicationExtend the last of a series counts (debounce).")
  private boolean deduplicationReplace;

  @UriParam(
      label = "producer",
      description =
          "A further add moves the job with its deduplication id, while that is delayed, to its own time.")
  private boolean deduplicationReschedule;

  @UriParam(
      label = "producer",
      defaultValue = "-1",
      description =
          "How many stack traces the job keeps when it fails, the newest; -1 leaves it to the consumer.")
  private int stackTraceLimit = -1;

  @UriParam(
      label = "producer",
      description =
          "Keeps the trace context of the exchange out of the job, whose run then begins a trace of its own.")
  private boolean omitContext;

  @UriParam(
      label = "common",
      description =
          "With bullmq:events only: the queues whose events are followed or written, separated by commas. Without it bullmq:events is a queue of that name.")
  private String queues;

  @UriParam(
      label = "consumer",
      description =
          "With bullmq:events only: the events that are wanted, separated by commas, such as completed,failed. Default is all.")
  private String events;

  @UriParam(
      label = "consumer",
      defaultValue = "$",
      description =
          "With bullmq:events only: the event after which to begin: $ for from now on, 0 for all that Redis still has, or an event's id.")
  private String fromEventId;

  BullMQConfiguration copy() {
    try {
      return (BullMQConfiguration) clone();
    } catch (CloneNotSupportedException e) {
      throw new RuntimeCamelException(e);
    }
  }

  public int getConcurrency() {
    return concurrency;
  }

  public void setConcurrency(int concurrency) {
    this.concurrency = concurrency;
  }

  public long getLockDuration() {
    return lockDuration;
  }

  public void setLockDuration(long lockDuration) {
    this.lockDuration = lockDuration;
  }

  public String getRemoveOnComplete() {
    return removeOnComplete;
  }

  public void setRemoveOnComplete(String removeOnComplete) {
    this.removeOnComplete = removeOnComplete;
  }

  public String getRemoveOnFail() {
    return removeOnFail;
  }

  public void setRemoveOnFail(String removeOnFail) {
    this.removeOnFail = removeOnFail;
  }

  public String getName() {
    return name;
  }

  public void setName(String name) {
    this.name = name;
  }

  public String getJobId() {
    return jobId;
  }

  public void setJobId(String jobId) {
    this.jobId = jobId;
  }

  public String getDelay() {
    return delay;
  }

  public void setDelay(String delay) {
    this.delay = delay;
  }

  public String getPriority() {
    return priority;
  }

  public void setPriority(String priority) {
    this.priority = priority;
  }

  public String getAttempts() {
    return attempts;
  }

  public void setAttempts(String attempts) {
    this.attempts = attempts;
  }

  public String getBackoffType() {
    return backoffType;
  }

  public void setBackoffType(String backoffType) {
    this.backoffType = backoffType;
  }

  public String getBackoffDelay() {
    return backoffDelay;
  }

  public void setBackoffDelay(String backoffDelay) {
    this.backoffDelay = backoffDelay;
  }

  public String getBackoffJitter() {
    return backoffJitter;
  }

  public void setBackoffJitter(String backoffJitter) {
    this.backoffJitter = backoffJitter;
  }

  public String getDeduplicationId() {
    return deduplicationId;
  }

  public void setDeduplicationId(String deduplicationId) {
    this.deduplicationId = deduplicationId;
  }

  public String getDeduplicationTtl() {
    return deduplicationTtl;
  }

  public void setDeduplicationTtl(String deduplicationTtl) {
    this.deduplicationTtl = deduplicationTtl;
  }

  public boolean isKeepLastIfActive() {
    return keepLastIfActive;
  }

  public void setKeepLastIfActive(boolean keepLastIfActive) {
    this.keepLastIfActive = keepLastIfActive;
  }

  public boolean isLifo() {
    return lifo;
  }

  public void setLifo(boolean lifo) {
    this.lifo = lifo;
  }

  public int getBatchSize() {
    return batchSize;
  }

  public void setBatchSize(int batchSize) {
    this.batchSize = batchSize;
  }

  public long getTimeout() {
    return timeout;
  }

  public void setTimeout(long timeout) {
    this.timeout = timeout;
  }

  public int getRateLimitMax() {
    return rateLimitMax;
  }

  public void setRateLimitMax(int rateLimitMax) {
    this.rateLimitMax = rateLimitMax;
  }

  public long getRateLimitDuration() {
    return rateLimitDuration;
  }

  public void setRateLimitDuration(long rateLimitDuration) {
    this.rateLimitDuration = rateLimitDuration;
  }

  public int getMetrics() {
    return metrics;
  }

  public void setMetrics(int metrics) {
    this.metrics = metrics;
  }

  public BackoffStrategy getBackoffStrategy() {
    return backoffStrategy;
  }

  public void setBackoffStrategy(BackoffStrategy backoffStrategy) {
    this.backoffStrategy = backoffStrategy;
  }

  public boolean isDeduplicationExtend() {
    return deduplicationExtend;
  }

  public void setDeduplicationExtend(boolean deduplicationExtend) {
    this.deduplicationExtend = deduplicationExtend;
  }

  public boolean isDeduplicationReplace() {
    return deduplicationReplace;
  }

  public void setDeduplicationReplace(boolean deduplicationReplace) {
    this.deduplicationReplace = deduplicationReplace;
  }

  public boolean isDeduplicationReschedule() {
    return deduplicationReschedule;
  }

  public void setDeduplicationReschedule(boolean deduplicationReschedule) {
    this.deduplicationReschedule = deduplicationReschedule;
  }

  public int getStackTraceLimit() {
    return stackTraceLimit;
  }

  public void setStackTraceLimit(int stackTraceLimit) {
    this.stackTraceLimit = stackTraceLimit;
  }

  public boolean isOmitContext() {
    return omitContext;
  }

  public void setOmitContext(boolean omitContext) {
    this.omitContext = omitContext;
  }

  public String getQueues() {
    return queues;
  }

  public void setQueues(String queues) {
    this.queues = queues;
  }

  public String getEvents() {
    return events;
  }

  public void setEvents(String events) {
    this.events = events;
  }

  public String getFromEventId() {
    return fromEventId;
  }

  public void setFromEventId(String fromEventId) {
    this.fromEventId = fromEventId;
  }
}
