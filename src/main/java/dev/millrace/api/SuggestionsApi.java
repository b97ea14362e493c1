package dev.millrace.api;

import dev.millrace.suggestion.ListedSuggestion;
import dev.millrace.suggestion.SuggestionList;
import java.time.OffsetDateTime;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.camel.ExchangeProperty;
import org.apache.camel.Header;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Component;

/**
 * Lists suggestions and begins new ones, as {@code routes/http/suggestions.camel.yaml} calls it.
 */
@Component
public class SuggestionsApi {

  private static final String STATE = "state";

  /** More than can be open: ten offers, and meetings to confirm. */
  private static final int ALL_OPEN = 100;

  private final SuggestionList list;
  private final ApiJson json;

  public SuggestionsApi(SuggestionList list, ApiJson json) {
    this.list = list;
    this.json = json;
  }

  /**
   * A list that is asked for.
   *
   * @param whole whether it is the open list without pages, which is kept in the cache
   */
  public record Asked(UUID user, String state, PageRequest page, boolean whole) {}

  /** Reads what is asked for. */
  public Asked asked(UUID user, String query) {
    Map<String, String> sent =
        new QueryString(query).only(List.of(STATE, PageRequest.LIMIT, PageRequest.CURSOR));
    String state = sent.getOrDefault(STATE, SuggestionList.OPEN);
    if (!SuggestionList.states().contains(state)) {
      throw JsonObject.invalid(
          STATE, state, "send one of " + String.join(", ", SuggestionList.states()) + ".", null);
    }
    boolean whole =
        state.equals(SuggestionList.OPEN)
            && !sent.containsKey(PageRequest.LIMIT)
            && !sent.containsKey(PageRequest.CURSOR);
    return new Asked(user, state, PageRequest.of(sent), whole);
  }

  /** The open list from the database. */
  public Map<String, Object> open(@ExchangeProperty("user") UUID user) {
    return page(list.of(user, SuggestionList.OPEN, null, ALL_OPEN), ALL_OPEN);
  }

  /** A page of any list from the database. */
  public Map<String, Object> page(Asked asked) {
    PageRequest page = asked.page();
    SuggestionList.Place after =
        page.first() ? null : new SuggestionList.Place(page.at(), page.id());
    return page(list.of(asked.user(), asked.state(), after, page.limit()), page.limit());
  }

  private static Map<String, Object> page(List<ListedSuggestion> suggestions, int limit) {
    Map<String, Object> page = new LinkedHashMap<>();
    page.put("suggestions", suggestions);
    ListedSuggestion last = suggestions.size() < limit ? null : suggestions.getLast();
    page.put(
        "nextCursor",
        last == null
            ? null
            : PageRequest.cursor(OffsetDateTime.parse(last.start()).toInstant(), last.id()));
    return page;
  }

  /** The data of the job that makes the list anew. */
  public Map<String, Object> refresh(UUID user, String query) {
    new QueryString(query).only();
    return Map.of("userId", user.toString(), "reason", "manual_refresh");
  }

  /** That it will be done. */
  public Answer accepted(@Header("CamelBullMQAddedJobId") String jobId) {
    return json.answer(HttpStatus.ACCEPTED, Map.of("jobId", jobId), Map.of());
  }
}
