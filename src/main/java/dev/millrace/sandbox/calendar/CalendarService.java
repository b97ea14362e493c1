package dev.millrace.sandbox.calendar;

import dev.millrace.sandbox.google.Bearer;
import dev.millrace.sandbox.google.Grants;
import dev.millrace.sandbox.google.Scopes;
import dev.millrace.sandbox.google.SyncTokens;
import dev.millrace.sandbox.http.Request;
import dev.millrace.sandbox.http.Response;
import dev.millrace.sandbox.http.Service;
import dev.millrace.sandbox.http.StandIn;
import java.time.Clock;
import java.util.List;
import java.util.Set;

/** The part of Calendar API v3 that reads and watches: nothing here writes to a calendar. */
public final class CalendarService implements StandIn {

  private static final String BASE = "/calendar/v3/";
  private static final Set<String> SCOPES = Set.of(Scopes.CALENDAR_READONLY, Scopes.CALENDAR);

  private final Bearer bearer;
  private final CalendarListEndpoint list;
  private final EventsEndpoint events;
  private final WatchEndpoint watch;

  public CalendarService(Calendars calendars, Channels channels, Grants grants, Clock clock) {
    SyncTokens tokens = new SyncTokens();
    this.bearer =
        new Bearer(
            grants,
            CalendarError::missingCredentials,
            CalendarError::invalidCredentials,
            CalendarError::insufficientScopes);
    this.list = new CalendarListEndpoint(calendars, tokens, clock);
    this.events = new EventsEndpoint(calendars, tokens, clock);
    this.watch = new WatchEndpoint(calendars, channels);
    calendars.onChange(channels::changed);
  }

  @Override
  public Service service() {
    return Service.CALENDAR;
  }

  @Override
  public boolean serves(Request request) {
    return request.path().startsWith(BASE);
  }

  @Override
  public String accountOf(Request request) {
    return bearer.accountOrNull(request);
  }

  @Override
  public Response failure(int status, String reason) {
    return CalendarError.failure(status, reason);
  }

  @Override
  public Response answer(Request request) {
    List<String> path = request.segments().subList(2, request.segments().size());
    if (path.equals(List.of("users", "me", "calendarList"))) {
      return request.method().equals("GET")
          ? list.list(bearer.account(request, SCOPES), request.query())
          : CalendarError.methodNotAllowed("GET");
    }
    if (path.size() == 3 && path.get(0).equals("calendars") && path.get(2).equals("events")) {
      return request.method().equals("GET")
          ? events.list(bearer.account(request, SCOPES), path.get(1), request.query())
          : CalendarError.methodNotAllowed("GET");
    }
    if (path.size() == 4
        && path.get(0).equals("calendars")
        && path.get(2).equals("events")
        && path.get(3).equals("watch")) {
      return request.method().equals("POST")
          ? watch.watch(bearer.account(request, SCOPES), path.get(1), request)
          : CalendarError.methodNotAllowed("POST");
    }
    if (path.equals(List.of("channels", "stop"))) {
      return request.method().equals("POST")
          ? watch.stop(bearer.account(request, SCOPES), request)
          : CalendarError.methodNotAllowed("POST");
    }
    throw CalendarError.notFound();
  }
}
