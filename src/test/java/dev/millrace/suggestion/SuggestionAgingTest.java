package dev.millrace.suggestion;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.TestClock;
import dev.millrace.job.JobBeans;
import dev.millrace.job.Rows;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class SuggestionAgingTest {

  private final TestClock clock = new TestClock("2026-03-02T10:00:00Z");
  private JobBeans beans;
  private Rows rows;
  private SuggestionAging aging;
  private UUID user;
  private UUID calendar;

  @BeforeEach
  void start() {
    beans = JobBeans.of(clock, "dev.millrace.suggestion");
    rows = beans.rows();
    aging = beans.get(SuggestionAging.class);
    user = rows.user("ann@example.org", "UTC");
    calendar = rows.calendar(rows.connection(user, "google_calendar"));
  }

  @AfterEach
  void stop() {
    beans.close();
  }

  @Test
  void shouldExpireWhatBeginsWithinTheHour() {
    UUID soon = offer("Bob", "2026-03-02T10:59:00Z", "2026-03-02T11:30:00Z");
    UUID later = offer("Cy", "2026-03-02T11:30:00Z", "2026-03-02T12:30:00Z");
    UUID asleep = offer("Di", "2026-03-02T10:30:00Z", "2026-03-02T10:55:00Z");
    snooze(asleep, "2026-03-03T00:00:00Z");

    SuggestionAging.Aged aged = aging.age();

    assertThat(aged.result()).containsEntry("expired", 2);
    assertThat(state(soon)).isEqualTo("expired");
    assertThat(state(asleep)).isEqualTo("expired");
    assertThat(state(later)).isEqualTo("pending");
    assertThat(aged.generate()).containsExactly(List.of(Map.of("userId", user.toString())));
    assertThat(aging.age().result()).containsEntry("expired", 0);
  }

  @Test
  void shouldWakeWhatWasSnoozedOnlyOnceItsTimeHasCome() {
    UUID due = offer("Bob", "2026-03-04T12:00:00Z", "2026-03-04T13:00:00Z");
    snooze(due, "2026-03-02T10:00:00Z");
    UUID asleep = offer("Cy", "2026-03-04T14:00:00Z", "2026-03-04T15:00:00Z");
    snooze(asleep, "2026-03-02T10:01:00Z");

    SuggestionAging.Aged aged = aging.age();

    assertThat(aged.result()).containsEntry("resurfaced", 1);
    assertThat(state(due)).isEqualTo("pending");
    assertThat(state(asleep)).isEqualTo("snoozed");
    assertThat(aged.generate()).isEmpty();
  }

  @Test
  void shouldWakeAtAnotherTimeWhereItsOwnWasOfferedMeanwhile() {
    UUID due = offer("Bob", "2026-03-04T12:00:00Z", "2026-03-04T13:00:00Z");
    snooze(due, "2026-03-02T09:00:00Z");
    offer("Cy", "2026-03-04T12:30:00Z", "2026-03-04T13:30:00Z");

    assertThat(aging.age().result()).containsEntry("moved", 1).containsEntry("resurfaced", 0);

    assertThat(state(due)).isEqualTo("superseded");
    assertThat(
            beans.text(
                "SELECT slot_start = '2026-03-03T09:00:00Z' FROM suggestions WHERE replaces_id = '%s'"
                    .formatted(due)))
        .isEqualTo("t");
  }

  @Test
  void shouldWakeAtAnotherTimeWhereItsOwnIsBusyMeanwhile() {
    UUID due = offer("Bob", "2026-03-04T12:00:00Z", "2026-03-04T13:00:00Z");
    snooze(due, "2026-03-02T09:00:00Z");
    rows.busy(calendar, "2026-03-04T12:30:00Z", "2026-03-04T13:00:00Z");

    assertThat(aging.age().result()).containsEntry("moved", 1);
  }

  @Test
  void shouldWakeAtAnotherTimeWhatWasSnoozedBeyondItsOwn() {
    UUID due = offer("Bob", "2026-03-02T09:00:00Z", "2026-03-02T10:00:00Z");
    snooze(due, "2026-03-02T10:00:00Z");
    UUID soon = offer("Cy", "2026-03-02T10:45:00Z", "2026-03-02T11:45:00Z");
    snooze(soon, "2026-03-02T09:30:00Z");

    assertThat(aging.age().result()).containsEntry("moved", 2).containsEntry("expired", 0);

    assertThat(
            beans.texts(
                "SELECT slot_start > '2026-03-02T22:00:00Z' FROM suggestions WHERE state = 'pending'"))
        .containsExactly("t", "t");
  }

  @Test
  void shouldExpireAnActivityThatWasSnoozedBeyondItsEvent() {
    UUID due = offer("Bob", "2026-03-02T09:00:00Z", "2026-03-02T10:00:00Z");
    snooze(due, "2026-03-02T10:00:00Z");
    rows.busy(calendar, "2026-03-02T09:00:00Z", "2026-03-02T10:00:00Z");
    rows.add(
        """
        UPDATE suggestions SET trigger = 'shared_activity', calendar_id = :b,
               google_event_id = (SELECT google_event_id FROM calendar_events)
        WHERE id = :a
        """,
        due,
        calendar);

    assertThat(aging.age().result()).containsEntry("expired", 1);
  }

  @Test
  void shouldExpireWhatFindsNoTimeToWakeAt() {
    UUID due = offer("Bob", "2026-03-04T12:00:00Z", "2026-03-04T13:00:00Z");
    snooze(due, "2026-03-02T09:00:00Z");
    rows.busy(calendar, "2026-03-02T00:00:00Z", "2026-03-20T00:00:00Z");

    SuggestionAging.Aged aged = aging.age();

    assertThat(aged.result()).containsEntry("expired", 1);
    assertThat(state(due)).isEqualTo("expired");
    assertThat(aged.generate()).hasSize(1);
  }

  @Test
  void shouldAskForSuggestionsOnceForEachUser() {
    offer("Bob", "2026-03-02T10:15:00Z", "2026-03-02T10:45:00Z");
    offer("Cy", "2026-03-02T10:45:00Z", "2026-03-02T11:15:00Z");

    assertThat(aging.age().generate()).containsExactly(List.of(Map.of("userId", user.toString())));
  }

  @Test
  void shouldSayWhatIsDoneAlsoWhereALaterUserFails() {
    UUID soon = offer("Bob", "2026-03-02T10:15:00Z", "2026-03-02T10:45:00Z");
    UUID other = rows.user("bea@example.org", "UTC");
    UUID due =
        rows.suggestion(
            other,
            rows.contact(other, "Cy", "weekly", "2026-01-01T12:00:00Z"),
            "2026-03-04T12:00:00Z",
            "2026-03-04T13:00:00Z");
    snooze(due, "2026-03-02T10:00:00Z");
    UUID third = rows.user("cia@example.org", "UTC");
    rows.suggestion(
        third,
        rows.contact(third, "Di", "weekly", "2026-01-01T12:00:00Z"),
        "2026-03-02T10:30:00Z",
        "2026-03-02T10:45:00Z");
    rows.add(
        """
        CREATE FUNCTION test_refuse() RETURNS trigger LANGUAGE plpgsql
          AS $$ BEGIN RAISE 'suggestion cannot be written'; END $$;
        CREATE TRIGGER test_refuse BEFORE UPDATE ON suggestions FOR EACH ROW
          WHEN (NEW.slot_start <> '2026-03-02T10:15:00Z') EXECUTE FUNCTION test_refuse()
        """);

    SuggestionAging.Aged aged;
    try {
      aged = aging.age();
    } finally {
      rows.add("DROP FUNCTION test_refuse() CASCADE");
    }

    assertThat(state(soon)).isEqualTo("expired");
    assertThat(aged.changed()).containsExactlyInAnyOrder(user, other, third);
    assertThat(aged.generate()).containsExactly(List.of(Map.of("userId", user.toString())));
    assertThat(aged.failure()).hasMessageContaining("cannot be written");
  }

  private UUID offer(String name, String start, String end) {
    return rows.suggestion(
        user, rows.contact(user, name, "weekly", "2026-01-01T12:00:00Z"), start, end);
  }

  private void snooze(UUID suggestion, String until) {
    rows.add(
        """
        UPDATE suggestions SET state = 'snoozed', snoozed_until = CAST(:b AS timestamptz)
        WHERE id = :a
        """,
        suggestion,
        until);
  }

  private String state(UUID suggestion) {
    return beans.text("SELECT state FROM suggestions WHERE id = '%s'".formatted(suggestion));
  }
}
