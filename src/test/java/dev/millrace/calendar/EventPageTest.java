package dev.millrace.calendar;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import org.junit.jupiter.api.Test;

/** When events of a page were cancelled, which Google tells of some only. */
class EventPageTest {

  private static final Instant NOON = Instant.parse("2026-03-02T12:00:00Z");

  private final EventPage page = new EventPage(null, null);

  @Test
  void shouldTellTheLastCancellationBeforeTheGivenTime() {
    cancel("2026-03-02T10:00:00Z");
    cancel("2026-03-02T11:00:00.250Z");
    cancel("2026-03-02T12:00:00Z");

    assertThat(page.lastCancelled(NOON, null)).contains(Instant.parse("2026-03-02T11:00:00.250Z"));
  }

  @Test
  void shouldTakeTheGivenTimeWhereGoogleTellsNoneOrAStrangeOne() {
    assertThat(page.lastCancelled(NOON, NOON.minusSeconds(1))).as("none cancelled").isEmpty();
    cancel(null);
    cancel("yesterday");

    assertThat(page.lastCancelled(NOON, null)).isEmpty();
    assertThat(page.lastCancelled(NOON, NOON.minusSeconds(1))).contains(NOON.minusSeconds(1));
    assertThat(page.lastCancelled(NOON, NOON)).isEmpty();
  }

  private void cancel(String updated) {
    ObjectNode item = JsonNodeFactory.instance.objectNode();
    page.add(item.put("id", "e").put("status", "cancelled").put("updated", updated));
  }
}
