package dev.millrace.component;

import org.apache.camel.spi.UriParam;
import org.apache.camel.spi.UriParams;

/**
 * Options of a {@code bullmq:} producer that writes job schedulers. Text may hold Simple
 * expressions.
 */
@UriParams
public class SchedulerConfiguration {

  @UriParam(
      label = "producer",
      description =
          "Id of the job scheduler that operation upsertJobScheduler or removeJobScheduler is for.")
  private String schedulerId;

  @UriParam(
      label = "producer",
      description =
          "Interval of the scheduler's jobs, such as 10m; the first runs at once. Either every or pattern.")
  private String every;

  @UriParam(
      label = "producer",
      description =
          "Cron pattern of the scheduler's jobs: five fields (minute hour day month weekday), six with seconds in front, or a nickname such as @daily.")
  private String pattern;

  @UriParam(
      label = "producer",
      description =
          "Time zone of the pattern, such as Europe/Berlin. Default is the zone of whichever process computes the next run.")
  private String tz;

  @UriParam(
      label = "producer",
      description =
          "Before it the scheduler makes no job: an ISO time such as 2030-01-01T00:00:00Z, or milliseconds since the epoch.")
  private String startDate;

  @UriParam(
      label = "producer",
      description = "After it the scheduler makes no job; written as startDate.")
  private String endDate;

  @UriParam(
      label = "producer",
      description = "How far the grid of every is moved from the epoch's, such as 5m.")
  private String offset;

  @UriParam(label = "producer", description = "Whether the first job of a pattern runs at once.")
  private boolean immediately;

  public String getSchedulerId() {
    return schedulerId;
  }

  public void setSchedulerId(String schedulerId) {
    this.schedulerId = schedulerId;
  }

  public String getEvery() {
    return every;
  }

  public void setEvery(String every) {
    this.every = every;
  }

  public String getPattern() {
    return pattern;
  }

  public void setPattern(String pattern) {
    this.pattern = pattern;
  }

  public String getTz() {
    return tz;
  }

  public void setTz(String tz) {
    this.tz = tz;
  }

  public String getStartDate() {
    return startDate;
  }

  public void setStartDate(String startDate) {
    this.startDate = startDate;
  }

  public String getEndDate() {
    return endDate;
  }

  public void setEndDate(String endDate) {
    this.endDate = endDate;
  }

  public String getOffset() {
    return offset;
  }

  public void setOffset(String offset) {
    this.offset = offset;
  }

  public boolean isImmediately() {
    return immediately;
  }

  public void setImmediately(boolean immediately) {
    this.immediately = immediately;
  }
}
