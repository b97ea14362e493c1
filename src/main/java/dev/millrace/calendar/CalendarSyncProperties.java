package dev.millrace.calendar;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How far and how often calendars are read.
 *
 * @param past 14 days before now belong to the copy
 * @param ahead 120 days after now belong to it: what is needed, and a margin in which the window's
 *     end may come nearer before the calendar is read anew
 * @param needed 60 days after now must always be covered
 * @param fullEvery 7 days; a full read removes what incremental ones cannot tell of
 * @param listFor 24 hours in which a push does not read the list of calendars again
 * @param pageSize 2,500, the most Google allows; part of what a sync token is bound to
 * @param maxPages 200 of one calendar, beyond which something is wrong with it
 * @param lease 6 min, the job's timeout and one minute
 */
@ConfigurationProperties("millrace.calendar-sync")
public record CalendarSyncProperties(
    @DefaultValue("14d") Duration past,
    @DefaultValue("120d") Duration ahead,
    @DefaultValue("60d") Duration needed,
    @DefaultValue("7d") Duration fullEvery,
    @DefaultValue("24h") Duration listFor,
    @DefaultValue("2500") int pageSize,
    @DefaultValue("200") int maxPages,
    @DefaultValue("6m") Duration lease) {

  public CalendarSyncProperties {
    if (pageSize < 1 || pageSize > 2500) {
      throw new IllegalArgumentException(
          "millrace.calendar-sync.page-size is " + pageSize + ": use 1 to 2500");
    }
    if (ahead.compareTo(needed) <= 0) {
      throw new IllegalArgumentException(
          "millrace.calendar-sync.ahead is %s: make it longer than needed, which is %s"
              .formatted(ahead, needed));
    }
  }
}
