package dev.millrace.component;

import dev.millrace.queue.BackoffStrategy;
import org.apache.camel.RuntimeCamelException;
import org.apache.camel.spi.UriParam;
import org.apache.camel.spi.UriParams;

/** Options of {@code bullmq:} consumers, and those that consumers and producers share. */
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
      label = "consumer",
      javaType = "java.time.Duration",
      description =
          "The longest wait between two attempts, whatever backoff a job was added with. Default is as long as it says.")
  private long backoffMax;

  @UriParam(
      label = "consumer",
      description =
          "Sets the header CamelBullMQChildrenValues: what the children of a flow's job returned. With it, CamelBullMQWaitForChildren runs the route again also when its new children have completed before it asked. Costs a command for each job.")
  private boolean childrenValues;

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

  public int getBatchSize() {
    return batchSize;
  }

  public void setBatchSize(int batchSize) {
    this.batchSize = batchSize;
  }

  public long getBackoffMax() {
    return backoffMax;
  }

  public void setBackoffMax(long backoffMax) {
    this.backoffMax = backoffMax;
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

  public boolean isChildrenValues() {
    return childrenValues;
  }

  public void setChildrenValues(boolean childrenValues) {
    this.childrenValues = childrenValues;
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
