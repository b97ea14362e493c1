package dev.millrace.suggestion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.TestClock;
import dev.millrace.job.JobBeans;
import dev.millrace.job.PermanentException;
import dev.millrace.job.Rows;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class SuggestionRegenerationTest {

  private final TestClock clock = new TestClock("2026-03-02T06:00:00Z");
  private JobBeans beans;
  private Rows rows;
  private SuggestionRegeneration regeneration;
  private UUID user;
  private UUID calendar;
  private UUID bob;

  @BeforeEach
  void start() {
    beans = JobBeans.of(clock, "dev.millrace.suggestion");
    rows = beans.rows();
    regeneration = beans.get(SuggestionRegeneration.class);
    user = rows.user("ann@example.org", "UTC");
    calendar = rows.calendar(rows.connection(user, "google_calendar"));
    bob = rows.contact(user, "Bob", "weekly", "2026-01-01T12:00:00Z");
  }

  @AfterEach
  void stop() {
    beans.close();
  }

  @Test
  void shouldKeepWhatStillFits() {
    UUID offer = rows.suggestion(user, bob, "2026-03-04T12:00:00Z", "2026-03-04T13:00:00Z");
    rows.busy(calendar, "2026-03-04T13:00:00Z", "2026-03-04T14:00:00Z");

    SuggestionRegeneration.Regenerated done = regeneration.regenerate(unit());

    assertThat(done.result()).containsEntry("kept", 1).containsEntry("conflicts", 0);
    assertThat(state(offer)).isEqualTo("pending");
    assertThat(done.generate()).containsExactly(unit());
  }

  @Test
  void shouldMoveWhatCollidesToTheNextFreeTimeOfTheSameLength() {
    UUID offer = rows.suggestion(user, bob, "2026-03-04T12:00:00Z", "2026-03-04T13:00:00Z");
    rows.add("UPDATE suggestions SET first_sent_at = '2026-03-01T09:00:00Z' WHERE id = :a", offer);
    rows.busy(calendar, "2026-03-02T18:00:00Z", "2026-03-03T10:00:00Z");
    rows.busy(calendar, "2026-03-04T12:30:00Z", "2026-03-04T13:30:00Z");

    assertThat(regeneration.regenerate(unit()).result()).containsEntry("moved", 1);

    assertThat(state(offer)).isEqualTo("superseded");
    assertThat(
            beans.texts(
                """
                SELECT state || ' ' || to_char(slot_start AT TIME ZONE 'UTC', 'DD HH24:MI') || ' '
                       || (replaces_id IS NOT NULL) || ' ' || (first_sent_at IS NOT NULL)
                FROM suggestions WHERE state = 'pending'
                """))
        .containsExactly("pending 03 10:00 true true");
    assertThat(beans.text("SELECT count(*) FROM suggestion_contacts WHERE is_open")).isEqualTo("1");
  }

  @Test
  void shouldWithdrawWhatFindsNoOtherTime() {
    UUID offer = rows.suggestion(user, bob, "2026-03-04T12:00:00Z", "2026-03-04T13:00:00Z");
    rows.busy(calendar, "2026-03-02T00:00:00Z", "2026-03-20T00:00:00Z");

    assertThat(regeneration.regenerate(unit()).result()).containsEntry("dismissed", 1);

    assertThat(state(offer)).isEqualTo("dismissed");
    assertThat(beans.text("SELECT dismiss_reason FROM suggestions")).isEqualTo("no_free_slot");
    assertThat(beans.text("SELECT count(*) FROM contacts WHERE do_not_suggest_until IS NOT NULL"))
        .as("no cool-down: the user did not choose this")
        .isEqualTo("0");
  }

  @Test
  void shouldNotMindEventsOfACalendarThatIsNotSelected() {
    UUID offer = rows.suggestion(user, bob, "2026-03-04T12:00:00Z", "2026-03-04T13:00:00Z");
    rows.busy(calendar, "2026-03-04T12:00:00Z", "2026-03-04T14:00:00Z");
    rows.add("UPDATE calendars SET selected = false WHERE id = :a", calendar);

    regeneration.regenerate(unit());

    assertThat(state(offer)).isEqualTo("pending");
  }

  @Test
  void shouldLeaveAcceptedMeetingsAlone() {
    UUID meeting = rows.suggestion(user, bob, "2026-03-04T12:00:00Z", "2026-03-04T13:00:00Z");
    rows.add("UPDATE suggestions SET state = 'accepted' WHERE id = :a", meeting);
    rows.busy(calendar, "2026-03-04T12:00:00Z", "2026-03-04T14:00:00Z");

    regeneration.regenerate(unit());

    assertThat(state(meeting)).isEqualTo("accepted");
  }

  @Test
  void shouldNotAskForMoreWhereTheListIsFull() {
    for (int offer = 0; offer < Suggestions.MOST_OPEN; offer++) {
      rows.suggestion(
          user,
          rows.contact(user, "C" + offer, "weekly", "2026-01-01T12:00:00Z"),
          "2026-03-%02dT12:00:00Z".formatted(4 + offer),
          "2026-03-%02dT13:00:00Z".formatted(4 + offer));
    }

    assertThat(regeneration.regenerate(unit()).generate()).isEmpty();
  }

  @Test
  void shouldFailForGoodWithoutAUser() {
    assertThatThrownBy(() -> regeneration.regenerate(Map.of("reason", "calendar_sync")))
        .isInstanceOf(PermanentException.class)
        .hasMessageContaining("userId");
    assertThatThrownBy(
            () -> regeneration.regenerate(Map.of("userId", UUID.randomUUID().toString())))
        .isInstanceOf(PermanentException.class)
        .hasMessageContaining("does not exist");
  }

  @Test
  void shouldRefuseAReasonThatIsNone() {
    assertThatThrownBy(
            () -> regeneration.regenerate(Map.of("userId", user.toString(), "reason", "whim")))
        .isInstanceOf(PermanentException.class)
        .hasMessageContaining("reason")
        .hasMessageContaining("calendar_sync, manual_refresh, preferences");
  }

  private Map<String, Object> unit() {
    return Map.of("userId", user.toString());
  }

  private String state(UUID suggestion) {
    return beans.text("SELECT state FROM suggestions WHERE id = '%s'".formatted(suggestion));
  }
}
