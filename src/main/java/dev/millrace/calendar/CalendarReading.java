package dev.millrace.calendar;

import dev.millrace.account.ConfigurationException;
import dev.millrace.account.DeadGrantException;
import dev.millrace.account.GoogleAnswers;
import dev.millrace.account.GoogleConnection;
import dev.millrace.account.GoogleRefusal;
import dev.millrace.account.Lease;
import dev.millrace.account.TokenProvider;
import dev.millrace.account.UnauthorizedException;
import dev.millrace.job.AdminAlerts;
import dev.millrace.job.PermanentException;
import dev.millrace.job.WaitException;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/**
 * Reads the list of a connection's calendars and then calendar by calendar. What is the trouble of
 * one calendar stays with that calendar; what is the same for all ends the reading.
 */
@Component
class CalendarReading {

  private static final Logger LOG = LoggerFactory.getLogger(CalendarReading.class);
  private static final String UNREADABLE = "calendar_unreadable";

  private final TokenProvider tokens;
  private final CalendarListSync list;
  private final EventSync events;
  private final Calendars calendars;
  private final AdminAlerts alerts;

  CalendarReading(
      TokenProvider tokens,
      CalendarListSync list,
      EventSync events,
      Calendars calendars,
      AdminAlerts alerts) {
    this.tokens = tokens;
    this.list = list;
    this.events = events;
    this.calendars = calendars;
    this.alerts = alerts;
  }

  /**
   * @param request what the run is about
   * @param listedLately whether a run about some calendars may spare the list
   * @param progress filled as far as the reading comes
   * @return what ended it, or the first failure of a calendar that may pass; null if all went well
   */
  RuntimeException read(
      GoogleConnection connection,
      CalendarSyncRequest request,
      boolean listedLately,
      Lease lease,
      SyncProgress progress) {
    try {
      tokens.get(connection.id());
      List<Calendar> selected = calendars.selected(connection.id());
      boolean some = request.concernsSome(selected);
      if (!some || !listedLately) {
        list.read(connection, lease, progress);
        selected = calendars.selected(connection.id());
      }
      List<Calendar> wanted =
          some ? selected.stream().filter(request::concerns).toList() : selected;
      if (wanted.size() < selected.size()) {
        progress.leftOut();
      }
      RuntimeException failure = readEach(connection, wanted, lease, progress);
      if (failure == null && progress.apiCalls() > 0) {
        alerts.close(GoogleAnswers.CALENDAR_DISABLED);
      }
      return failure;
    } catch (GoogleRefusal.Forbidden e) {
      return e.scopeMissing() ? tokens.dead(connection.id(), "scope_missing") : e;
    } catch (ConfigurationException e) {
      alerts.raise(e.alert(), e.key(), Map.of("message", e.getMessage()));
      return e;
    } catch (RuntimeException e) {
      return e;
    }
  }

  private RuntimeException readEach(
      GoogleConnection connection, List<Calendar> wanted, Lease lease, SyncProgress progress) {
    RuntimeException first = null;
    int refused = 0;
    for (Calendar calendar : wanted) {
      try {
        events.sync(connection, calendar, lease, progress);
        alerts.close(alert(calendar));
      } catch (GoogleRefusal.NotFound e) {
        progress.changed(calendars.remove(List.of(calendar.id())));
      } catch (GoogleRefusal.Forbidden e) {
        if (e.scopeMissing()) {
          throw e;
        }
        calendars.skip(calendar, e.reason());
      } catch (ConfigurationException
          | DeadGrantException
          | UnauthorizedException
          | WaitException e) {
        throw e;
      } catch (PermanentException e) {
        refused++;
        unreadable(connection, calendar, e);
        if (refused == wanted.size()) {
          // not one calendar is strange but our question
          return e;
        }
      } catch (RuntimeException e) {
        if (Thread.currentThread().isInterrupted()) {
          // the queue took the job away
          throw e;
        }
        LOG.warn("calendar {} is left for the next attempt", calendar.id(), e);
        first = first == null ? e : first;
      }
    }
    return first;
  }

  private void unreadable(GoogleConnection connection, Calendar calendar, PermanentException e) {
    calendars.skip(calendar, "unreadable");
    alerts.raise(
        UNREADABLE,
        alert(calendar),
        Map.of(
            "connection", connection.id().toString(),
            "calendar", calendar.id().toString(),
            "message", e.getMessage()));
  }

  private static String alert(Calendar calendar) {
    return UNREADABLE + ":" + calendar.id();
  }
}
