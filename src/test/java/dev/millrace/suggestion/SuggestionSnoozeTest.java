package dev.millrace.suggestion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.suggestion.Answered.Outcome;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is put off, and for how long. */
class SuggestionSnoozeTest {

  private final SuggestionWorld it = new SuggestionWorld("2026-03-02T10:00:00Z");
  private final SuggestionAnswers answers = it.beans.get(SuggestionAnswers.class);
  private UUID offer;

  @BeforeEach
  void offer() {
    offer =
        it.rows.suggestion(
            it.user, it.contact("Bob"), "2026-03-04T12:00:00Z", "2026-03-04T13:00:00Z");
  }

  @AfterEach
  void stop() {
    it.close();
  }

  @Test
  void shouldSnoozeForAWeekOrUntilWhatIsSaid() {
    assertThat(answers.snooze(it.user, offer, null).outcome()).isEqualTo(Outcome.DONE);
    assertThat(snoozedUntil()).isEqualTo("2026-03-09 10:00");
    it.clock.advance(Duration.ofMinutes(1));
    assertThat(answers.snooze(it.user, offer, null).outcome()).isEqualTo(Outcome.REPEATED);
    assertThat(snoozedUntil()).isEqualTo("2026-03-09 10:00");

    Instant later = it.clock.instant().plus(Duration.ofDays(60));
    assertThat(answers.snooze(it.user, offer, later).outcome()).isEqualTo(Outcome.DONE);
    assertThat(snoozedUntil()).isEqualTo("2026-05-01 10:01");
    assertThat(rest()).as("nor suggested otherwise").isEqualTo("2026-05-01 10:01");
    assertThat(answers.snooze(it.user, offer, later).outcome()).isEqualTo(Outcome.REPEATED);
    assertThatThrownBy(() -> answers.snooze(it.user, offer, later.plusMillis(1)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("60 days");
    assertThatThrownBy(() -> answers.snooze(it.user, offer, it.clock.instant()))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void shouldLetPeopleRestNoLongerThanTheLastSnooze() {
    Instant later = it.clock.instant().plus(Duration.ofDays(60)).minusNanos(1);
    answers.snooze(it.user, offer, later);
    assertThat(answers.snooze(it.user, offer, later).outcome())
        .as("the database keeps microseconds")
        .isEqualTo(Outcome.REPEATED);

    answers.snooze(it.user, offer, Instant.parse("2026-03-03T10:00:00Z"));
    assertThat(rest()).isEqualTo("2026-03-03 10:00");

    answers.accept(it.user, offer);
    assertThat(rest()).isNull();
  }

  private String rest() {
    return utc("SELECT do_not_suggest_until FROM contacts");
  }

  private String snoozedUntil() {
    return utc("SELECT snoozed_until FROM suggestions");
  }

  private String utc(String sql) {
    return it.beans.text(
        "SELECT to_char((%s) AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI')".formatted(sql));
  }
}
