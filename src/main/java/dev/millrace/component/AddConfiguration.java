package dev.millrace.component;

import org.apache.camel.RuntimeCamelException;
import org.apache.camel.spi.UriParam;
import org.apache.camel.spi.UriParams;

/**
 * Options of {@code bullmq:} producers that add jobs. Texts may hold Simple expressions, evaluated
 * for each job.
 */
@UriParams
public class AddConfiguration implements Cloneable {

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
          "The most bytes that a job's data may have; a longer one is refused. 0 is no limit.")
  private int sizeLimit;

  @UriParam(
      label = "producer",
      description =
          "Keeps the trace context of the exchange out of the job, whose run then begins a trace of its own.")
  private boolean omitContext;

  @UriParam(
      label = "producer",
      description =
          "The body is a flow in BullMQ's form, {name, queueName, data, opts, children}, or a list of flows. The root's queue is the endpoint's unless it names one; the other options of the endpoint do not count.")
  private boolean flow;

  AddConfiguration copy() {
    try {
      return (AddConfiguration) clone();
    } catch (CloneNotSupportedException e) {
      throw new RuntimeCamelException(e);
    }
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

  public int getSizeLimit() {
    return sizeLimit;
  }

  public void setSizeLimit(int sizeLimit) {
    this.sizeLimit = sizeLimit;
  }

  public boolean isOmitContext() {
    return omitContext;
  }

  public void setOmitContext(boolean omitContext) {
    this.omitContext = omitContext;
  }

  public boolean isFlow() {
    return flow;
  }

  public void setFlow(boolean flow) {
    this.flow = flow;
  }
}
