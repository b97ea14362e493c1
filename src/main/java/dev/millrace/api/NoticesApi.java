package dev.millrace.api;

import dev.millrace.notification.History;
import dev.millrace.notification.OpenNotices;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.springframework.stereotype.Component;

/** What a user was told and has to know, as {@code routes/http/notices.camel.yaml} calls it. */
@Component
public class NoticesApi {

  private final OpenNotices notices;
  private final History history;

  public NoticesApi(OpenNotices notices, History history) {
    this.notices = notices;
    this.history = history;
  }

  /** What is open. */
  public Map<String, List<OpenNotices.Notice>> open(UUID user, String query) {
    new QueryString(query).only();
    return Map.of("notices", notices.of(user));
  }

  /** A page of what was, the latest first. */
  public Map<String, Object> history(UUID user, String query) {
    PageRequest page =
        PageRequest.of(new QueryString(query).only(List.of(PageRequest.LIMIT, PageRequest.CURSOR)));
    List<History.Entry> entries =
        history.of(
            user, page.first() ? null : new History.Place(page.at(), page.id()), page.limit());
    History.Entry last = entries.size() < page.limit() ? null : entries.getLast();
    Map<String, Object> answer = new LinkedHashMap<>();
    answer.put("entries", entries);
    answer.put(
        "nextCursor",
        last == null ? null : PageRequest.cursor(Instant.parse(last.at()), last.id()));
    return answer;
  }
}
