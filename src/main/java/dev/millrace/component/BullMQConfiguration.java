package dev.millrace.component;

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
      description =
          "Sets the header CamelBullMQChildrenValues: what the children of a flow's job returned. Costs a command for each job.")
  private boolean childrenValues;

  @UriParam(
      label = "producer",
      description =
          "The body is a flow in BullMQ's form, {name, queueName, data, opts, children}, or a list of flows. The root's queue is the endpoint's unless it names one; the other options of the endpoint do not count.")
  private boolean flow;

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

  public boolean isChildrenValues() {
    return childrenValues;
  }

  public void setChildrenValues(boolean childrenValues) {
    this.childrenValues = childrenValues;
  }

  public boolean isFlow() {
    return flow;
  }

  public void setFlow(boolean flow) {
    this.flow = flow;
  }
}
