package dev.millrace.suggestion;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.suggestion.Answered.Outcome;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Suggestions to meet at an event that is moved, or called off. */
class MovedActivityTest {

  private final SuggestionWorld it = new SuggestionWorld("2026-03-02T06:00:00Z");
  private final SuggestionAnswers answers = it.beans.get(SuggestionAnswers.class);
  private UUID bob;
  private UUID offer;

  @BeforeEach
  void offer() {
    bob = it.contact("Bob Lee");
    offer = it.rows.suggestion(it.user, bob, "2026-03-04T12:00:00Z", "2026-03-04T13:00:00Z");
    it.event("Fair", "2026-03-04T12:00:00Z", "2026-03-04T13:00:00Z", true);
    it.about(offer, "Fair");
  }

  @AfterEach
  void stop() {
    it.close();
  }

  @Test
  void shouldFollowItsEventAndBeWithdrawnWhereTheEventIsGone() {
    it.move("Fair", "2026-03-05T22:00:00Z", "2026-03-05T23:30:00Z");

    assertThat(it.regenerate("calendar_sync"))
        .containsEntry("moved", 1)
        .containsEntry("conflicts", 0);
    assertThat(it.offers()).containsExactly("05 22:00-23:30 Bob Lee");
    assertThat(it.regenerate("calendar_sync")).containsEntry("moved", 0).containsEntry("kept", 1);

    it.rows.add("UPDATE calendars SET selected = false WHERE id = :a", it.calendar);
    assertThat(it.regenerate("calendar_sync")).containsEntry("dismissed", 1);
    assertThat(it.state(successor())).isEqualTo("dismissed event_changed");
  }

  @Test
  void shouldAskAgainRatherThanTakeAnAnswerToTheOldTimeForTheNewOne() {
    it.rows.add("UPDATE suggestions SET first_sent_at = now() WHERE id = :a", offer);
    it.move("Fair", "2026-03-05T22:00:00Z", "2026-03-05T23:30:00Z");
    it.regenerate("calendar_sync");

    Answered answered = answers.accept(it.user, offer);

    assertThat(answered.outcome()).isEqualTo(Outcome.MOVED);
    assertThat(answered.start()).isEqualTo("2026-03-05T22:00:00Z");
    assertThat(it.state(offer)).isEqualTo("superseded");
    assertThat(
            it.beans.text(
                "SELECT state || ' ' || (first_sent_at IS NOT NULL) FROM suggestions WHERE id = '%s'"
                    .formatted(answered.suggestion())))
        .isEqualTo("pending true");
    assertThat(answers.accept(it.user, answered.suggestion()).outcome()).isEqualTo(Outcome.DONE);
  }

  @Test
  void shouldBeOfferedAgainOnceAMovedEventIsBack() {
    it.rows.add("INSERT INTO contact_tags (contact_id, tag) VALUES (:a, 'board games')", bob);
    it.rows.add("UPDATE calendar_events SET summary = 'Board games' WHERE user_id = :a", it.user);
    it.move("Fair", "2026-03-05T22:00:00Z", "2026-03-05T23:30:00Z");
    it.regenerate("calendar_sync");
    it.rows.add("UPDATE calendars SET selected = false WHERE id = :a", it.calendar);
    it.regenerate("calendar_sync");
    it.rows.add("UPDATE calendars SET selected = true WHERE id = :a", it.calendar);

    it.generate();

    assertThat(it.offers()).containsExactly("05 22:00-23:30 Bob Lee");
  }

  @Test
  void shouldNotBeAcceptedAtATimeThatItsEventHasNoLonger() {
    it.move("Fair", "2026-03-05T22:00:00Z", "2026-03-05T23:30:00Z");
    assertThat(answers.accept(it.user, offer).outcome()).isEqualTo(Outcome.TAKEN);

    it.rows.add("DELETE FROM calendar_events WHERE user_id = :a", it.user);
    assertThat(answers.accept(it.user, offer).outcome()).isEqualTo(Outcome.TAKEN);
    assertThat(it.state(offer)).isEqualTo("pending");
  }

  @Test
  void shouldBeAcceptedBesideOtherEventsAndStaySo() {
    it.event("Dentist", "2026-03-04T12:30:00Z", "2026-03-04T13:30:00Z", true);
    assertThat(answers.accept(it.user, offer).outcome()).isEqualTo(Outcome.DONE);

    assertThat(it.regenerate("calendar_sync")).containsEntry("conflicts", 0);
    assertThat(notices()).isZero();

    it.move("Fair", "2026-03-04T12:15:00Z", "2026-03-04T13:00:00Z");
    assertThat(it.regenerate("calendar_sync")).containsEntry("conflicts", 1);
    assertThat(notices()).isEqualTo(1);
    assertThat(it.state(offer)).isEqualTo("accepted");
  }

  @Test
  void shouldFollowItsEventWhileItIsPutOffAndWakeThere() {
    answers.snooze(it.user, offer, it.clock.instant().plus(Duration.ofDays(3)));
    it.move("Fair", "2026-03-07T22:00:00Z", "2026-03-07T23:30:00Z");
    it.regenerate("calendar_sync");
    assertThat(it.state(successor())).isEqualTo("snoozed");

    it.clock.advance(Duration.ofDays(3));
    assertThat(age()).containsEntry("resurfaced", 1).containsEntry("expired", 0);

    assertThat(it.offers()).containsExactly("07 22:00-23:30 Bob Lee");
  }

  @Test
  void shouldNotWakeAtATimeThatItsEventHasNoLonger() {
    answers.snooze(it.user, offer, it.clock.instant().plus(Duration.ofDays(1)));
    it.move("Fair", "2026-03-07T22:00:00Z", "2026-03-07T23:30:00Z");
    it.clock.advance(Duration.ofDays(1));

    assertThat(age()).containsEntry("moved", 1).containsEntry("resurfaced", 1);
    assertThat(it.offers()).containsExactly("07 22:00-23:30 Bob Lee");

    answers.snooze(it.user, successor(), it.clock.instant().plus(Duration.ofDays(1)));
    it.rows.add("DELETE FROM calendar_events WHERE user_id = :a", it.user);
    it.clock.advance(Duration.ofDays(1));
    SuggestionAging.Aged aged = it.beans.get(SuggestionAging.class).age();
    assertThat(it.state(successor())).isEqualTo("dismissed event_changed");
    assertThat(aged.generate()).as("there is room").hasSize(1);
  }

  @Test
  void shouldNotKeepAnothersTimeOnceItIsWithdrawn() {
    UUID cy = it.contact("Cy");
    UUID kept = it.rows.suggestion(it.user, cy, "2026-03-04T12:30:00Z", "2026-03-04T13:30:00Z");
    it.rows.add("DELETE FROM calendar_events WHERE user_id = :a", it.user);

    it.regenerate("calendar_sync");

    assertThat(it.state(offer)).isEqualTo("dismissed event_changed");
    assertThat(it.state(kept)).isEqualTo("pending");
  }

  @Test
  void shouldMakeWayForAnEventThatMovedToTheTimeOfAnOffer() {
    it.rows.add(
        """
        UPDATE suggestions SET trigger = 'timebound', calendar_id = NULL, google_event_id = NULL
        WHERE id = :a
        """,
        offer);
    it.rows.add("DELETE FROM calendar_events WHERE user_id = :a", it.user);
    UUID cy = it.contact("Cy");
    UUID fair = it.rows.suggestion(it.user, cy, "2026-03-06T12:00:00Z", "2026-03-06T13:00:00Z");
    it.event("Party", "2026-03-04T12:30:00Z", "2026-03-04T14:00:00Z", false);
    it.about(fair, "Party");

    assertThat(it.regenerate("calendar_sync")).containsEntry("moved", 2);

    assertThat(it.offers()).containsExactly("02 18:00-19:00 Bob Lee", "04 12:30-14:00 Cy");
  }

  private UUID successor() {
    return UUID.fromString(
        it.beans.text("SELECT id FROM suggestions WHERE replaces_id = '%s'".formatted(offer)));
  }

  private Map<String, Integer> age() {
    return it.beans.get(SuggestionAging.class).age().result();
  }

  private int notices() {
    return Integer.parseInt(
        it.beans.text("SELECT count(*) FROM notices WHERE kind = 'suggestion_conflict'"));
  }
}
