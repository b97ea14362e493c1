package dev.millrace.api;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.account.GrantOverview;
import dev.millrace.account.GrantOverview.Grant;
import dev.millrace.account.Integration;
import dev.millrace.calendar.CalendarChoice;
import dev.millrace.problem.Problem;
import dev.millrace.problem.ProblemException;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.apache.camel.Exchange;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Component;

/** What {@code routes/http/calendars.camel.yaml} calls. */
@Component
public class CalendarsApi {

  private static final Logger LOG = LoggerFactory.getLogger(CalendarsApi.class);

  private static final String SELECTED = "selected";
  private static final String EXAMPLE = "{\"selected\":[\"<id of a calendar>\"]}";

  private final CalendarChoice choice;
  private final GrantOverview grants;

  public CalendarsApi(CalendarChoice choice, GrantOverview grants) {
    this.choice = choice;
    this.grants = grants;
  }

  /**
   * What follows a choice.
   *
   * @param changed the user whose free times changed, also where the same was chosen before:
   *     whoever chooses it again may have been told that what follows could not be done
   * @param dropped the job about meetings that may be off: one, or none where calendars were added
   *     alone, because the sync finds those
   * @param syncs the job that reads what was added: one or none
   */
  public record Chosen(
      UUID user,
      List<Map<String, Object>> changed,
      List<Map<String, Object>> dropped,
      List<Map<String, Object>> syncs) {}

  /** All calendars. */
  public Map<String, List<CalendarChoice.Listed>> list(UUID user, String query) {
    new QueryString(query).only();
    return listed(user);
  }

  /** Notes that what was added is read later: the connection is due, and the clock finds that. */
  public void readLater(Exchange exchange) {
    LOG.error(
        "The sync of chosen calendars was not begun",
        exchange.getProperty(Exchange.EXCEPTION_CAUGHT, Exception.class));
  }

  /** All calendars, after a choice. */
  public Map<String, List<CalendarChoice.Listed>> chosen(Chosen chosen) {
    return listed(chosen.user());
  }

  private Map<String, List<CalendarChoice.Listed>> listed(UUID user) {
    return Map.of("calendars", choice.of(user));
  }

  /** Reads the calendars that the body names, and no others. */
  public Chosen choose(UUID user, String body, String query) {
    new QueryString(query).only();
    JsonNode sent = JsonObject.of(body, EXAMPLE, List.of(SELECTED)).field(SELECTED);
    if (!sent.isArray()) {
      throw JsonObject.invalid(SELECTED, null, "send a list of ids, as " + EXAMPLE + ".", null);
    }
    if (sent.isEmpty()) {
      throw JsonObject.invalid(
          SELECTED,
          null,
          "name at least one calendar; to have none read, DELETE /api/calendar/oauth/disconnect.",
          null);
    }
    Grant grant =
        grants
            .find(user, Integration.GOOGLE_CALENDAR)
            .filter(Grant::live)
            .orElseThrow(
                () ->
                    Problem.of(
                            HttpStatus.CONFLICT,
                            "There is no Google account connected to choose calendars of.")
                        .kind("not-connected")
                        .asException());
    CalendarChoice.Change change = choice.choose(user, grant.connectionId(), ids(user, sent));
    Map<String, Object> whose = Map.of("userId", user.toString());
    boolean dropped = !change.dropped().isEmpty();
    boolean added = !change.added().isEmpty();
    return new Chosen(
        user,
        List.of(whose),
        dropped || !added
            ? List.of(Map.of("userId", user.toString(), "reason", "calendar_sync"))
            : List.of(),
        added
            ? List.of(
                Map.of(
                    "userId",
                    user.toString(),
                    "connectionId",
                    grant.connectionId().toString(),
                    "trigger",
                    "manual"))
            : List.of());
  }

  /** Others' calendars are as unknown as those that are nobody's: who asks learns nothing. */
  private Set<UUID> ids(UUID user, JsonNode sent) {
    Map<String, UUID> known =
        choice.of(user).stream()
            .map(CalendarChoice.Listed::id)
            .collect(Collectors.toMap(UUID::toString, id -> id));
    Set<UUID> ids = new LinkedHashSet<>();
    for (JsonNode one : sent) {
      UUID id = known.get(one.asText());
      if (!one.isTextual() || id == null) {
        throw unknown(one);
      }
      ids.add(id);
    }
    return ids;
  }

  private static ProblemException unknown(JsonNode one) {
    return JsonObject.invalid(
        SELECTED,
        one.isTextual() ? one.asText() : one.toString(),
        "it is none of your calendars, or Google lists it no more; GET /api/calendar/calendars"
            + " lists them.",
        null);
  }
}
