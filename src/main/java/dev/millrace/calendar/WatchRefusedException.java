package dev.millrace.calendar;

import dev.millrace.job.PermanentException;

/** Google refused to open a push channel, for a reason that repeating does not change. */
class WatchRefusedException extends PermanentException {

  private static final long serialVersionUID = 1L;

  private final int status;
  private final String reason;

  WatchRefusedException(int status, String reason) {
    super("Google, events.watch: " + status + " " + reason);
    this.status = status;
    this.reason = reason;
  }

  boolean calendarGone() {
    return status == 404;
  }

  boolean pushUnsupported() {
    return "pushNotSupportedForRequestedResource".equals(reason);
  }

  boolean channelIdTaken() {
    return "channelIdNotUnique".equals(reason);
  }
}
