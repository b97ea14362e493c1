package dev.millrace.suggestion;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.TestClock;
import dev.millrace.job.JobBeans;
import dev.millrace.job.Rows;
import dev.millrace.suggestion.SuggestionConfirmation.Outcome;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class SuggestionConfirmationTest {

  private final TestClock clock = new TestClock("2026-03-02T13:00:00Z");
  private JobBeans beans;
  private Rows rows;
  private SuggestionConfirmation confirmation;
  private UUID user;
  private UUID bob;
  private UUID meeting;

  @BeforeEach
  void start() {
    beans = JobBeans.of(clock, "dev.millrace.suggestion");
    rows = beans.rows();
    confirmation = beans.get(SuggestionConfirmation.class);
    user = rows.user("ann@example.org", "UTC");
    bob = rows.contact(user, "Bob", "weekly", "2026-01-01T12:00:00Z");
    meeting = rows.suggestion(user, bob, "2026-03-02T12:00:00Z", "2026-03-02T13:00:00Z");
    rows.add("UPDATE suggestions SET state = 'accepted' WHERE id = :a", meeting);
  }

  @AfterEach
  void stop() {
    beans.close();
  }

  @Test
  void shouldNoteAMeetingThatTookPlaceOnce() {
    assertThat(confirmation.confirm(user, meeting, true)).isEqualTo(Outcome.DONE);
    assertThat(confirmation.confirm(user, meeting, true)).isEqualTo(Outcome.REPEATED);
    assertThat(confirmation.confirm(user, meeting, false)).isEqualTo(Outcome.OTHERWISE);

    assertThat(
            beans.texts(
                "SELECT kind || ' ' || (suggestion_id = '%s') FROM interactions"
                    .formatted(meeting)))
        .containsExactly("hangout true");
    assertThat(lastContact()).isEqualTo("2026-03-02 12:00:00");
    assertThat(due()).isFalse();
  }

  @Test
  void shouldNeverMoveTheLastContactBackwards() {
    rows.add("UPDATE contacts SET last_contact_at = '2026-03-02T12:30:00Z' WHERE id = :a", bob);

    confirmation.confirm(user, meeting, true);

    assertThat(lastContact()).isEqualTo("2026-03-02 12:30:00");
  }

  @Test
  void shouldHaveWhoWasNotMetDueAgain() {
    assertThat(due()).as("before the user says so, nobody is suggested twice").isFalse();

    assertThat(confirmation.confirm(user, meeting, false)).isEqualTo(Outcome.DONE);

    assertThat(beans.texts("SELECT id FROM interactions")).isEmpty();
    assertThat(lastContact()).isEqualTo("2026-01-01 12:00:00");
    assertThat(due()).isTrue();
  }

  @Test
  void shouldNotWaitForEverForAConfirmation() {
    clock.set("2026-03-09T13:00:00Z");

    assertThat(due()).isTrue();
    assertThat(confirmation.confirm(user, meeting, true))
        .as("late, and it counts")
        .isEqualTo(Outcome.DONE);
  }

  @Test
  void shouldConfirmOnlyOnesOwnMeetingsThatAreOver() {
    clock.set("2026-03-02T12:59:59Z");
    assertThat(confirmation.confirm(user, meeting, true)).isEqualTo(Outcome.EARLY);
    clock.set("2026-03-02T13:00:00Z");
    rows.add("UPDATE suggestions SET state = 'expired' WHERE id = :a", meeting);
    assertThat(confirmation.confirm(user, meeting, true)).isEqualTo(Outcome.NOT_ACCEPTED);
    assertThat(confirmation.confirm(rows.user("bea@example.org", "UTC"), meeting, true))
        .isEqualTo(Outcome.UNKNOWN);
  }

  private boolean due() {
    Instant now = clock.instant();
    return !beans.get(DueContacts.class).of(user, ZoneOffset.UTC, now).isEmpty();
  }

  private String lastContact() {
    return beans.text("SELECT last_contact_at AT TIME ZONE 'UTC' FROM contacts");
  }
}
