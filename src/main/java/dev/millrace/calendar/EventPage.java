package dev.millrace.calendar;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What one page says: which events are there, and which are gone or out of the window. */
final class EventPage {

  private final Calendar calendar;
  private final Window window;
  private final List<String> cancelled = new ArrayList<>();
  private final List<Instant> cancelledAt = new ArrayList<>();
  private final List<String> outside = new ArrayList<>();
  private final Map<String, EventRow> present = new LinkedHashMap<>();

  EventPage(Calendar calendar, Window window) {
    this.calendar = calendar;
    this.window = window;
  }

  /** Takes what is kept of an event; the rest of it can be forgotten. */
  void add(JsonNode item) {
    String id = item.path("id").asText();
    if (EventReader.cancelled(item)) {
      cancelled.add(id);
      cancelledAt.add(EventReader.cancelledAt(item));
      present.remove(id);
      return;
    }
    Optional<EventRow> event = EventReader.read(item, calendar.zone());
    // an endless series that is touched comes with instances for decades
    if (event.filter(e -> window.touches(e.start(), e.end())).isPresent()) {
      present.put(id, event.get());
    } else {
      outside.add(id);
      present.remove(id);
    }
  }

  /**
   * When an event of the page was cancelled last.
   *
   * @param before later ones do not count
   * @param unknown stands for the time of those that tell none; may be null
   * @return empty if there is no such event
   */
  Optional<Instant> lastCancelled(Instant before, Instant unknown) {
    return cancelledAt.stream()
        .map(at -> at == null ? unknown : at)
        .filter(at -> at != null && at.isBefore(before))
        .max(Comparator.naturalOrder());
  }

  RowChanges write(EventRows rows, long generation) {
    return rows.deleteWithSeries(calendar, cancelled)
        .and(rows.delete(calendar, outside))
        .and(rows.upsert(calendar, generation, present.values()));
  }
}
