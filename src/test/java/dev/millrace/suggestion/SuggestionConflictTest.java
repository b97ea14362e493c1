package dev.millrace.suggestion;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.MeterRegistry;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Suggestions and meetings whose time, contact or event changed. */
class SuggestionConflictTest {

  private final SuggestionWorld it = new SuggestionWorld("2026-03-02T06:00:00Z");
  private UUID bob;
  private UUID offer;

  @BeforeEach
  void offer() {
    bob = it.contact("Bob Lee");
    offer = it.rows.suggestion(it.user, bob, "2026-03-04T12:00:00Z", "2026-03-04T13:00:00Z");
  }

  @AfterEach
  void stop() {
    it.close();
  }

  @Test
  void shouldMoveWhatTheUsersHoursExcludeNow() {
    rule("available", "18:00", "21:00");

    assertThat(it.regenerate("preferences"))
        .containsEntry("moved", 1)
        .containsEntry("conflicts", 1);

    assertThat(it.offers()).containsExactly("02 18:00-19:00 Bob Lee");
    assertThat(it.beans.texts("SELECT slot_zone FROM suggestions WHERE state = 'pending'"))
        .containsExactly("UTC");
  }

  @Test
  void shouldMoveWhatIsInTheNightOfTheUsersNewZone() {
    it.rows.add("UPDATE users SET time_zone = 'Asia/Tokyo' WHERE id = :a", it.user);

    it.regenerate("preferences");

    assertThat(it.offers()).containsExactly("03 00:00-01:00 Bob Lee");
    assertThat(it.beans.texts("SELECT slot_zone FROM suggestions WHERE state = 'pending'"))
        .containsExactly("Asia/Tokyo");
  }

  @Test
  void shouldMoveWhatIsPast() {
    it.rows.add(
        """
        UPDATE suggestions SET slot_start = '2026-03-02T05:00:00Z', slot_end = '2026-03-02T06:00:00Z'
        WHERE id = :a
        """,
        offer);

    assertThat(it.regenerate("calendar_sync")).containsEntry("moved", 1);

    assertThat(it.offers()).containsExactly("02 18:00-19:00 Bob Lee");
  }

  @Test
  void shouldKeepThreePeopleTogetherForAnHourAndAHalf() {
    it.rows.add(
        "UPDATE suggestions SET slot_end = '2026-03-04T13:30:00Z', kind = 'group' WHERE id = :a",
        offer);
    for (String name : List.of("Cy", "Di")) {
      it.rows.add(
          "INSERT INTO suggestion_contacts (suggestion_id, contact_id) VALUES (:a, :b)",
          offer,
          it.contact(name));
    }
    it.rows.busy(it.calendar, "2026-03-02T19:00:00Z", "2026-03-03T10:00:00Z");
    it.rows.busy(it.calendar, "2026-03-04T13:00:00Z", "2026-03-04T14:00:00Z");

    it.regenerate("calendar_sync");

    assertThat(it.offers()).containsExactly("03 10:00-11:30 Bob Lee+Cy+Di");
  }

  @Test
  void shouldOfferHalfAnHourRatherThanNothing() {
    rule("available", "10:00", "10:30");

    it.regenerate("preferences");

    assertThat(it.offers()).containsExactly("03 10:00-10:30 Bob Lee");
  }

  @Test
  void shouldNotMoveToADayThatHasTwoOffers() {
    for (int hour : List.of(18, 19)) {
      it.rows.suggestion(
          it.user,
          it.contact("At " + hour),
          "2026-03-02T%d:00:00Z".formatted(hour),
          "2026-03-02T%d:00:00Z".formatted(hour + 1));
    }
    it.rows.busy(it.calendar, "2026-03-04T12:30:00Z", "2026-03-04T14:00:00Z");

    it.regenerate("calendar_sync");

    assertThat(it.offers()).contains("03 09:00-10:00 Bob Lee");
  }

  @ParameterizedTest(name = "{0} at {1}")
  @CsvSource({
    "Lunch with bob lee, 12:00, true",
    "Bob / lunch,        12:15, true",
    "Bobsleigh,          12:00, false",
    "Lunch with Bob,     12:16, false",
    "Dentist,            12:00, false",
  })
  void shouldKnowTheEventThatWasMadeForTheMeeting(String title, String start, boolean made) {
    accept();
    it.event(title, "2026-03-04T" + start + ":00Z", "2026-03-04T14:00:00Z", true);

    assertThat(it.regenerate("calendar_sync")).containsEntry("conflicts", made ? 0 : 1);

    assertThat(it.state(offer)).isEqualTo("accepted");
    assertThat(notices()).hasSize(made ? 0 : 1);
  }

  @Test
  void shouldTellOnceThatAnAgreedMeetingCollidesAndResolveItWhenItDoesNot() {
    accept();
    it.event("Dentist", "2026-03-04T12:00:00Z", "2026-03-04T14:00:00Z", true);
    it.regenerate("calendar_sync");
    assertThat(it.regenerate("calendar_sync"))
        .containsEntry("kept", 1)
        .containsEntry("moved", 0)
        .containsEntry("dismissed", 0);
    assertThat(notices()).containsExactly("suggestion_conflict " + offer + " open");
    assertThat(it.beans.text("SELECT next_reminder_at FROM notices"))
        .as("it is shown in the application; no reminder is sent")
        .isNull();

    it.rows.add("DELETE FROM calendar_events WHERE calendar_id = :a", it.calendar);
    it.regenerate("calendar_sync");

    assertThat(notices()).containsExactly("suggestion_conflict " + offer + " conflict_gone");
    assertThat(it.state(offer)).isEqualTo("accepted");
  }

  @Test
  void shouldNotComplainOfAnAgreedMeetingOutsideTheUsersHours() {
    accept();
    rule("available", "18:00", "21:00");

    assertThat(it.regenerate("preferences")).containsEntry("conflicts", 0);
  }

  @Test
  void shouldWithdrawAnOfferWhoseContactWasPutAway() {
    it.rows.add("UPDATE contacts SET archived_at = now(), archived_by = 'user' WHERE id = :a", bob);

    assertThat(it.regenerate("preferences")).containsEntry("dismissed", 1);

    assertThat(it.state(offer)).isEqualTo("dismissed contact_removed");
  }

  @Test
  void shouldWithdrawAnOfferThatIsAboutNobodyAnyMore() {
    it.rows.add("DELETE FROM contacts WHERE id = :a", bob);

    it.regenerate("calendar_sync");

    assertThat(it.state(offer)).isEqualTo("dismissed contact_removed");
  }

  @Test
  void shouldStayBusyByAnEventThatIsInAnotherSelectedCalendarToo() {
    UUID other =
        it.rows.add(
            """
            INSERT INTO calendars (id, connection_id, user_id, google_id, name, selected)
            SELECT :id, connection_id, user_id, 'other', 'Other', true FROM calendars WHERE id = :a
            """,
            it.calendar);
    it.event("Meeting", "2026-03-04T12:00:00Z", "2026-03-04T14:00:00Z", true);
    it.rows.add(
        """
        INSERT INTO calendar_events (calendar_id, google_event_id, user_id, start_at, end_at, busy,
                                     generation)
        SELECT :a, google_event_id, user_id, start_at, end_at, busy, 1 FROM calendar_events
        """,
        other);
    it.rows.add("UPDATE calendars SET selected = false WHERE id = :a", it.calendar);

    assertThat(it.regenerate("calendar_sync")).containsEntry("moved", 1);

    it.rows.add(
        "UPDATE suggestions SET state = 'dismissed' WHERE state = 'pending' AND id <> :a", offer);
    it.generate();
    assertThat(it.offers()).containsExactly("02 18:00-19:00 Bob Lee");
  }

  @Test
  void shouldMoveByAFewMinutesWhereNoOtherTimeIsFree() {
    rule("available", "12:00", "13:30");
    it.rows.busy(it.calendar, "2026-03-02T00:00:00Z", "2026-03-04T12:30:00Z");
    it.rows.busy(it.calendar, "2026-03-05T00:00:00Z", "2026-03-20T00:00:00Z");

    it.regenerate("calendar_sync");

    assertThat(it.offers()).containsExactly("04 12:30-13:30 Bob Lee");
  }

  @Test
  void shouldWithdrawWhatIsPutOffWhereItsContactWasPutAway() {
    it.rows.add(
        """
        UPDATE suggestions SET state = 'snoozed', snoozed_until = '2026-03-03T00:00:00Z'
        WHERE id = :a
        """,
        offer);
    it.rows.busy(it.calendar, "2026-03-04T12:00:00Z", "2026-03-04T14:00:00Z");
    it.regenerate("calendar_sync");
    assertThat(it.state(offer)).as("it holds no time").isEqualTo("snoozed");
    it.rows.add("UPDATE contacts SET archived_at = now(), archived_by = 'user' WHERE id = :a", bob);

    assertThat(it.regenerate("preferences"))
        .containsEntry("dismissed", 1)
        .containsEntry("conflicts", 0);

    assertThat(it.state(offer)).isEqualTo("dismissed contact_removed");
  }

  @Test
  void shouldCountMovesAndWithdrawals() {
    it.rows.busy(it.calendar, "2026-03-04T12:00:00Z", "2026-03-04T14:00:00Z");
    it.regenerate("calendar_sync");
    it.rows.busy(it.calendar, "2026-03-02T00:00:00Z", "2026-03-20T00:00:00Z");
    it.regenerate("calendar_sync");

    assertThat(count("superseded")).isEqualTo(1);
    assertThat(count("dismissed")).isEqualTo(1);
    assertThat(it.beans.get(MeterRegistry.class).get("suggestion.moves").counter().count())
        .isEqualTo(1);
  }

  private double count(String state) {
    return it.beans
        .get(MeterRegistry.class)
        .get("suggestions")
        .tags("trigger", "timebound", "state", state)
        .counter()
        .count();
  }

  private void accept() {
    it.rows.add("UPDATE suggestions SET state = 'accepted' WHERE id = :a", offer);
  }

  private void rule(String kind, String start, String end) {
    it.rows.add(
        """
        INSERT INTO availability_rules (user_id, kind, start_time, end_time)
        VALUES (:a, :b, CAST(:c AS time), CAST(:d AS time))
        """,
        it.user,
        kind,
        start,
        end);
  }

  private List<String> notices() {
    return it.beans.texts(
        "SELECT kind || ' ' || subject_key || ' ' || coalesce(resolution, 'open') FROM notices");
  }
}
