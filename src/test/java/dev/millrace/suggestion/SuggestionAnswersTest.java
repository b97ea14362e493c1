package dev.millrace.suggestion;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.TestClock;
import dev.millrace.job.JobBeans;
import dev.millrace.job.Rows;
import dev.millrace.suggestion.Answered.Outcome;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SuggestionAnswersTest {

  private static final String START = "2026-03-04T12:00:00Z";
  private static final String END = "2026-03-04T13:00:00Z";

  private final TestClock clock = new TestClock("2026-03-02T10:00:00Z");
  private JobBeans beans;
  private Rows rows;
  private SuggestionAnswers answers;
  private UUID user;
  private UUID calendar;
  private UUID bob;
  private UUID offer;

  @BeforeEach
  void start() {
    beans = JobBeans.of(clock, "dev.millrace.suggestion");
    rows = beans.rows();
    answers = beans.get(SuggestionAnswers.class);
    user = rows.user("ann@example.org", "UTC");
    calendar = rows.calendar(rows.connection(user, "google_calendar"));
    bob = contact("Bob", "weekly");
    offer = rows.suggestion(user, bob, START, END);
  }

  @AfterEach
  void stop() {
    beans.close();
  }

  @Test
  void shouldAcceptOnceHoweverOftenItIsSaid() {
    assertThat(answers.accept(user, offer))
        .isEqualTo(
            new Answered(Outcome.DONE, offer, "Bob", Instant.parse(START), Instant.parse(END)));
    String changed = beans.text("SELECT state_changed_at FROM suggestions");

    assertThat(answers.accept(user, offer).outcome()).isEqualTo(Outcome.REPEATED);

    assertThat(state(offer)).isEqualTo("accepted");
    assertThat(beans.text("SELECT state_changed_at FROM suggestions")).isEqualTo(changed);
    assertThat(lastContact())
        .as("only a meeting that took place moves it")
        .startsWith("2026-01-01");
    assertThat(
            beans
                .get(MeterRegistry.class)
                .get("millrace.suggestion.answers")
                .tags("answer", "accept", "outcome", "repeated")
                .counter()
                .count())
        .isEqualTo(1);
  }

  @Test
  void shouldKnowNothingOfOthersSuggestions() {
    UUID other = rows.user("bea@example.org", "UTC");

    assertThat(answers.accept(other, offer)).isEqualTo(answers.accept(other, UUID.randomUUID()));
    assertThat(answers.dismiss(other, offer).outcome()).isEqualTo(Outcome.UNKNOWN);
    assertThat(answers.snooze(other, offer, null).outcome()).isEqualTo(Outcome.UNKNOWN);

    assertThat(state(offer)).isEqualTo("pending");
  }

  @Test
  void shouldNotAcceptUnseenWhatWasMoved() {
    UUID next = moved(offer, "2026-03-05T12:00:00Z");
    UUID last = moved(next, "2026-03-06T12:00:00Z");

    Answered answered = answers.accept(user, offer);

    assertThat(answered)
        .isEqualTo(
            new Answered(
                Outcome.MOVED,
                last,
                "Bob",
                Instant.parse("2026-03-06T12:00:00Z"),
                Instant.parse("2026-03-06T13:00:00Z")));
    assertThat(state(last)).isEqualTo("pending");
    assertThat(answers.accept(user, answered.suggestion()).outcome()).isEqualTo(Outcome.DONE);
    assertThat(answers.accept(user, offer).outcome()).isEqualTo(Outcome.REPEATED);
  }

  @Test
  void shouldDeclineAndPutOffThePeopleWhateverTheirTimeIsNow() {
    UUID next = moved(offer, "2026-03-05T12:00:00Z");

    assertThat(answers.snooze(user, offer, null).suggestion()).isEqualTo(next);
    assertThat(state(next)).isEqualTo("snoozed");
    assertThat(answers.dismiss(user, offer).outcome()).isEqualTo(Outcome.DONE);
    assertThat(state(next)).isEqualTo("dismissed");
  }

  @Test
  void shouldNotAcceptATimeThatIsBusyMeanwhile() {
    rows.busy(calendar, "2026-03-04T12:59:59Z", "2026-03-04T14:00:00Z");

    assertThat(answers.accept(user, offer).outcome()).isEqualTo(Outcome.TAKEN);
    assertThat(state(offer)).isEqualTo("pending");
  }

  @Test
  void shouldAcceptBesideEventsThatTouchOrAreNotRead() {
    rows.busy(calendar, "2026-03-04T13:00:00Z", "2026-03-04T14:00:00Z");
    rows.busy(calendar, "2026-03-04T11:00:00Z", "2026-03-04T12:00:00Z");
    UUID unread =
        rows.add(
            """
            INSERT INTO calendars (id, connection_id, user_id, google_id, name)
            SELECT :id, connection_id, user_id, 'other', 'Other' FROM calendars WHERE id = :a
            """,
            calendar);
    rows.busy(unread, START, END);

    assertThat(answers.accept(user, offer).outcome()).isEqualTo(Outcome.DONE);
  }

  @ParameterizedTest
  @CsvSource({"Lunch with BOB,DONE", "Bobsleigh,TAKEN", "Dentist,TAKEN"})
  void shouldAcceptWhatTheUserHasPutIntoTheCalendarAlready(String title, Outcome outcome) {
    rows.add("UPDATE contacts SET name = 'Bob Lee' WHERE id = :a", bob);
    rows.busy(calendar, "2026-03-04T12:15:00Z", END);
    rows.add("UPDATE calendar_events SET summary = :b WHERE user_id = :a", user, title);

    assertThat(answers.accept(user, offer).outcome()).isEqualTo(outcome);
  }

  @Test
  void shouldNotAcceptASecondMeetingAtOneTime() {
    answers.snooze(user, offer, null);
    UUID other = rows.suggestion(user, contact("Cy", "weekly"), START, END);

    assertThat(answers.accept(user, offer).outcome())
        .as("another is offered then")
        .isEqualTo(Outcome.TAKEN);
    answers.accept(user, other);
    assertThat(answers.accept(user, offer).outcome())
        .as("another is agreed on")
        .isEqualTo(Outcome.TAKEN);
    assertThat(state(offer)).isEqualTo("snoozed");
  }

  @Test
  void shouldNotAnswerWhatIsOver() {
    for (String over : List.of("expired", "dismissed")) {
      rows.add(
          "UPDATE suggestions SET state = CAST(:b AS suggestion_state) WHERE id = :a", offer, over);
      assertThat(answers.accept(user, offer).outcome()).isEqualTo(Outcome.GONE);
      assertThat(answers.dismiss(user, offer).outcome()).isEqualTo(Outcome.GONE);
      assertThat(answers.snooze(user, offer, null).outcome()).isEqualTo(Outcome.GONE);
    }
    rows.add("UPDATE suggestions SET state = 'pending' WHERE id = :a", offer);
    clock.set(START);
    assertThat(answers.accept(user, offer).outcome()).as("it begins").isEqualTo(Outcome.GONE);
    assertThat(rest()).isNull();
  }

  @Test
  void shouldLetWhoWasDeclinedRestForTwoWeeksOrHalfOfWhatWasWished() {
    assertThat(answers.dismiss(user, offer).outcome()).isEqualTo(Outcome.DONE);
    assertThat(rest()).isEqualTo("2026-03-16 10:00");
    clock.advance(Duration.ofDays(1));
    assertThat(answers.dismiss(user, offer).outcome()).isEqualTo(Outcome.REPEATED);
    assertThat(rest()).as("not longer for saying it again").isEqualTo("2026-03-16 10:00");
    assertThat(beans.text("SELECT dismiss_reason FROM suggestions")).isEqualTo("user");

    UUID yearly = contact("Cy", "yearly");
    answers.dismiss(user, rows.suggestion(user, yearly, START, END));
    assertThat(
            beans.text(
                "SELECT do_not_suggest_until - timestamptz '2026-03-03T10:00:00Z' FROM contacts WHERE id = '%s'"
                    .formatted(yearly)))
        .isEqualTo("182 days 12:00:00");
  }

  @Test
  void shouldCallOffAMeetingThatIsStillToCome() {
    answers.accept(user, offer);

    assertThat(answers.dismiss(user, offer).outcome()).isEqualTo(Outcome.DONE);
    assertThat(state(offer)).isEqualTo("dismissed");
    assertThat(answers.accept(user, offer).outcome()).isEqualTo(Outcome.GONE);
  }

  @Test
  void shouldCloseTheNoticeAndWithdrawTheReminderOfWhatIsAnswered() {
    UUID notice =
        rows.add(
            """
            INSERT INTO notices (id, user_id, kind, subject_key)
            VALUES (:id, :a, 'suggestion_unanswered', CAST(:b AS text))
            """,
            user,
            offer);
    UUID message =
        rows.add(
            """
            INSERT INTO outbound_messages (id, user_id, channel, purpose, dedup_key, to_address, body,
                                           expires_at)
            VALUES (:id, :a, 'email', 'reminder', 'key', 'ann@example.org', 'Text', now())
            """,
            user);
    rows.add(
        "INSERT INTO notice_messages (notice_id, message_id) VALUES (:a, :b)", notice, message);

    answers.accept(user, offer);

    assertThat(beans.text("SELECT resolution FROM notices")).isEqualTo("answered");
    assertThat(beans.text("SELECT state FROM outbound_messages")).isEqualTo("suppressed");
  }

  @Test
  void shouldLetOneOfTwoAnswersAtOnceWin() throws Exception {
    UUID second =
        rows.suggestion(
            user, contact("Cy", "weekly"), "2026-03-05T12:00:00Z", "2026-03-05T13:00:00Z");
    rows.add(
        "UPDATE suggestions SET trigger = 'shared_activity', slot_start = CAST(:b AS timestamptz), slot_end = CAST(:c AS timestamptz) WHERE id = :a",
        second,
        START,
        END);
    Callable<Answered> first = () -> answers.accept(user, offer);
    Callable<Answered> other = () -> answers.accept(user, second);

    try (ExecutorService threads = Executors.newFixedThreadPool(2)) {
      List<Outcome> outcomes =
          threads.invokeAll(List.of(first, other)).stream()
              .map(done -> done.resultNow().outcome())
              .toList();
      assertThat(outcomes).containsExactlyInAnyOrder(Outcome.DONE, Outcome.TAKEN);
    }
    assertThat(beans.texts("SELECT id FROM suggestions WHERE state = 'accepted'")).hasSize(1);
  }

  private UUID contact(String name, String frequency) {
    return rows.contact(user, name, frequency, "2026-01-01T12:00:00Z");
  }

  private UUID moved(UUID old, String start) {
    rows.add("UPDATE suggestions SET state = 'superseded' WHERE id = :a", old);
    UUID next =
        rows.suggestion(user, bob, start, Instant.parse(start).plusSeconds(3600).toString());
    rows.add("UPDATE suggestions SET replaces_id = :b WHERE id = :a", next, old);
    return next;
  }

  private String state(UUID suggestion) {
    return beans.text("SELECT state FROM suggestions WHERE id = '%s'".formatted(suggestion));
  }

  private String lastContact() {
    return beans.text("SELECT last_contact_at AT TIME ZONE 'UTC' FROM contacts");
  }

  private String rest() {
    return utc("SELECT do_not_suggest_until FROM contacts WHERE id = '%s'".formatted(bob));
  }

  private String utc(String sql) {
    return beans.text(
        "SELECT to_char((%s) AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI')".formatted(sql));
  }
}
