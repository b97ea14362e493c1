package dev.millrace.suggestion;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What the operator is told when nobody gets a suggestion. */
class SuggestionSilenceTest {

  private final SuggestionWorld it = new SuggestionWorld("2026-03-02T06:00:00Z");

  @AfterEach
  void stop() {
    it.close();
  }

  @Test
  void shouldAlertWhenNobodyWasOfferedAnythingForADayAndStopWhenSomebodyIs() {
    it.contact("Bob");
    sweep();
    sweep();
    assertThat(alerts()).containsExactly("suggestions_silent 2 open");
    assertThat(it.beans.text("SELECT detail ->> 'usersWaiting' FROM admin_alerts")).isEqualTo("1");

    assertThat(it.generate()).containsEntry("created", 1);

    assertThat(alerts()).containsExactly("suggestions_silent 2 closed");
  }

  @Test
  void shouldNotAlertWhereSomebodyWasOfferedSomethingWithinTheDay() {
    it.contact("Bob");
    it.contact("Cy");
    it.rows.busy(it.calendar, "2026-03-02T19:00:00Z", "2026-03-16T19:00:00Z");
    it.generate();
    assertThat(it.offers()).hasSize(1);

    it.clock.advance(Duration.ofHours(23));
    sweep();

    assertThat(alerts()).isEmpty();
  }

  @Test
  void shouldNotAlertWhereNobodyWaits() {
    it.rows.contact(it.user, "Just met", "weekly", "2026-03-01T12:00:00Z");
    it.rows.contact(it.user, "Due for some hours", "weekly", "2026-02-23T00:00:00Z");
    it.rows.contact(it.user, "Never", "na", "2020-01-01T12:00:00Z");

    sweep();

    assertThat(alerts()).isEmpty();
  }

  @Test
  void shouldNotAlertForAListThatIsFull() {
    for (int contact = 0; contact < 12; contact++) {
      UUID id = it.contact("C" + contact);
      if (contact < Suggestions.MOST_OPEN) {
        it.rows.suggestion(
            it.user,
            id,
            "2026-03-%02dT12:00:00Z".formatted(4 + contact),
            "2026-03-%02dT13:00:00Z".formatted(4 + contact));
      }
    }
    it.rows.add(
        """
        UPDATE suggestions SET created_at = '2026-02-20T00:00:00Z',
               state_changed_at = '2026-02-20T00:00:00Z' WHERE user_id = :a
        """,
        it.user);

    sweep();

    assertThat(alerts()).isEmpty();
  }

  @Test
  void shouldLookOncePerSweepAndNotOnEachPage() {
    it.contact("Bob");

    it.generation.page(Map.of("cursor", new UUID(0, 0).toString()));

    assertThat(alerts()).isEmpty();
  }

  private void sweep() {
    it.generation.page(Map.of("batchSize", 50));
  }

  private List<String> alerts() {
    return it.beans.texts(
        """
        SELECT concat_ws(' ', kind, count, CASE WHEN closed_at IS NULL THEN 'open' ELSE 'closed' END)
        FROM admin_alerts
        """);
  }
}
