package dev.millrace.component;

import org.apache.camel.spi.UriParam;
import org.apache.camel.spi.UriParams;

/**
 * Options of a {@code bullmq:} producer that manages its queue instead of adding to it. Text may
 * hold Simple expressions.
 */
@UriParams
public class OperationConfiguration {

  @UriParam(
      label = "producer",
      defaultValue = "add",
      enums =
          "add,pause,resume,isPaused,promote,promoteAll,changeDelay,changePriority,retry,retryAll,remove,removeChildDependency,removeUnprocessedChildren,getFlow,drain,clean,obliterate,counts,countsPerPriority,get,list,state,addLog,logs,clearLogs,updateProgress,updateData,removeDeduplicationKey,deadLetters,replay,rateLimit,rateLimitTtl,globalConcurrency,globalRateLimit,metrics,workers,upsertJobScheduler,removeJobScheduler,listJobSchedulers,cancel",
      description =
          "What is to be done. Operations on one job take its id from the header CamelBullMQTargetJobId or the option jobId. What an operation finds out becomes the body.")
  private String operation = "add";

  @UriParam(
      label = "producer",
      enums = "waiting,paused,active,prioritized,delayed,waiting-children,completed,failed",
      description =
          "State of the jobs to list, clean, retry or measure; list takes several, separated by commas. Default is completed for clean and metrics, failed for retry and retryAll, waiting for list.")
  private String state;

  @UriParam(
      label = "producer",
      description = "First job, line, or minute to read, from 0. Default is 0.")
  private String start;

  @UriParam(
      label = "producer",
      description = "Last to read, included; -1 is to the end. Default is 99 for jobs, else -1.")
  private String end;

  @UriParam(
      label = "producer",
      defaultValue = "true",
      description = "Whether to list the next to run, or the oldest, first.")
  private boolean ascending = true;

  @UriParam(
      label = "producer",
      description =
          "How many jobs to promote, retry, clean or replay at most, or a job scheduler makes in all. Default is all.")
  private String limit;

  @UriParam(
      label = "producer",
      description = "How long ago jobs must have ended to be cleaned, such as 24h. Default is 0.")
  private String grace;

  @UriParam(label = "producer", description = "Obliterates the queue even while jobs run.")
  private boolean force;

  @UriParam(label = "producer", description = "Drains the delayed jobs too.")
  private boolean delayed;

  @UriParam(label = "producer", description = "Gives a retried job all its attempts again.")
  private boolean resetAttempts;

  @UriParam(
      label = "producer",
      defaultValue = "true",
      description = "Removes a job's children with it, those in other queues included.")
  private boolean removeChildren = true;

  @UriParam(
      label = "producer",
      description =
          "How many of the last log lines stay; 0 is all for addLog and none for clearLogs. Default for addLog is what the job says. With operation add, how many the new job keeps.")
  private String keepLogs;

  @UriParam(
      label = "producer",
      description =
          "For globalConcurrency how many jobs run at the same time, for globalRateLimit how many start in the duration. 0 removes the limit; without it the limit is read.")
  private String max;

  @UriParam(
      label = "producer",
      description =
          "For rateLimit how long no job starts, for globalRateLimit the time that max is for, such as 10s.")
  private String duration;

  @UriParam(
      label = "producer",
      description = "How often a failed job may be replayed, this time included. Default is 1.")
  private String maxReplays;

  @UriParam(
      label = "producer",
      description = "Who replays, for the record in the job. Default is the route's id.")
  private String by;

  @UriParam(label = "producer", description = "Replays only jobs whose failure contains this text.")
  private String reason;

  public String getOperation() {
    return operation;
  }

  public void setOperation(String operation) {
    this.operation = operation;
  }

  public String getState() {
    return state;
  }

  public void setState(String state) {
    this.state = state;
  }

  public String getStart() {
    return start;
  }

  public void setStart(String start) {
    this.start = start;
  }

  public String getEnd() {
    return end;
  }

  public void setEnd(String end) {
    this.end = end;
  }

  public boolean isAscending() {
    return ascending;
  }

  public void setAscending(boolean ascending) {
    this.ascending = ascending;
  }

  public String getLimit() {
    return limit;
  }

  public void setLimit(String limit) {
    this.limit = limit;
  }

  public String getGrace() {
    return grace;
  }

  public void setGrace(String grace) {
    this.grace = grace;
  }

  public boolean isForce() {
    return force;
  }

  public void setForce(boolean force) {
    this.force = force;
  }

  public boolean isDelayed() {
    return delayed;
  }

  public void setDelayed(boolean delayed) {
    this.delayed = delayed;
  }

  public boolean isResetAttempts() {
    return resetAttempts;
  }

  public void setResetAttempts(boolean resetAttempts) {
    this.resetAttempts = resetAttempts;
  }

  public boolean isRemoveChildren() {
    return removeChildren;
  }

  public void setRemoveChildren(boolean removeChildren) {
    this.removeChildren = removeChildren;
  }

  public String getKeepLogs() {
    return keepLogs;
  }

  public void setKeepLogs(String keepLogs) {
    this.keepLogs = keepLogs;
  }

  public String getMax() {
    return max;
  }

  public void setMax(String max) {
    this.max = max;
  }

  public String getDuration() {
    return duration;
  }

  public void setDuration(String duration) {
    this.duration = duration;
  }

  public String getMaxReplays() {
    return maxReplays;
  }

  public void setMaxReplays(String maxReplays) {
    this.maxReplays = maxReplays;
  }

  public String getBy() {
    return by;
  }

  public void setBy(String by) {
    this.by = by;
  }

  public String getReason() {
    return reason;
  }

  public void setReason(String reason) {
    this.reason = reason;
  }
}
