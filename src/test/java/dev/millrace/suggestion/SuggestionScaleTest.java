package dev.millrace.suggestion;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.job.SqlInstant;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Users who know many people. */
class SuggestionScaleTest {

  private final SuggestionWorld it = new SuggestionWorld("2026-03-02T06:00:00Z");

  @AfterEach
  void stop() {
    it.close();
  }

  @Test
  void shouldNotFloodWhoImportedEightHundredContactsToday() {
    contacts(800, "2026-03-02T05:00:00Z");

    assertThat(it.generate()).containsEntry("created", 0).containsEntry("dueContacts", 0);
  }

  @Test
  void shouldOfferTenOfEightHundredWhoAreAllDue() {
    contacts(800, "2025-01-01T05:00:00Z");

    assertThat(it.generate())
        .containsEntry("created", Suggestions.MOST_OPEN)
        .containsEntry("dueContacts", 800);
  }

  @Test
  void shouldAskTheDatabaseAsOftenForEightHundredContactsAsForTwenty() {
    contacts(20, "2025-01-01T05:00:00Z");
    long few = statements();
    it.rows.add("DELETE FROM contacts WHERE user_id = :a", it.user);
    it.rows.add("DELETE FROM suggestions WHERE user_id = :a", it.user);

    contacts(800, "2025-01-01T05:00:00Z");

    assertThat(statements()).isEqualTo(few).isLessThan(40);
  }

  private long statements() {
    event("Board games " + it.beans.texts("SELECT google_event_id FROM calendar_events").size());
    long before = it.beans.statements();
    it.generate();
    return it.beans.statements() - before;
  }

  /** Of whom each is in a group, has a tag, and was never met. */
  private void contacts(int number, String added) {
    it.rows.add(
        """
        WITH added AS (
          INSERT INTO contacts (user_id, name, frequency, created_at)
          SELECT :a, 'Contact ' || n, 'monthly', :c FROM generate_series(1, :b) AS n
          RETURNING id),
        tagged AS (INSERT INTO contact_tags SELECT id, 'board games' FROM added),
        made AS (INSERT INTO contact_groups (user_id, name) VALUES (:a, 'All ' || :b) RETURNING id)
        INSERT INTO contact_group_members (group_id, contact_id)
        SELECT made.id, added.id FROM made, added
        """,
        it.user,
        number,
        SqlInstant.of(Instant.parse(added)));
  }

  private void event(String title) {
    it.event(title, "2026-03-04T21:00:00Z", "2026-03-04T22:00:00Z", false);
  }
}
