package dev.millrace.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.job.Rows;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** {@code /api/notices} and {@code /api/history}. */
class NoticesApiTest extends RunningHttp {

  private Rows rows;
  private UUID user;

  @BeforeEach
  void signUpSomebody() {
    rows = new Rows(jdbc);
    user = signUp();
  }

  @Test
  void shouldSayInWordsWhatIsOpen() throws Exception {
    UUID calendar = rows.connection(user, "google_calendar");
    UUID contacts = rows.connection(user, "google_contacts");
    rows.add(
        """
        UPDATE google_connections SET status = 'needs_reauth',
               status_changed_at = '2026-03-02T15:00:00Z' WHERE id = :a
        """,
        calendar);
    rows.add(
        "UPDATE google_connections SET refresh_expires_at = '2026-03-04T09:30:00Z' WHERE id = :a",
        contacts);
    UUID meeting = offer("Bob", Instant.parse("2096-03-03T18:00:00Z"));
    rows.add("UPDATE suggestions SET state = 'accepted' WHERE id = :a", meeting);
    UUID offer = offer("Cy", Instant.parse("2096-03-04T18:00:00Z"));
    rows.add("UPDATE users SET time_zone = 'America/New_York' WHERE id = :a", user);
    notice("group_mapping_review", user);
    notice("suggestion_conflict", meeting);
    UUID activity = offer("Di", Instant.parse("2096-03-03T19:00:00Z"));
    rows.add(
        "UPDATE suggestions SET state = 'accepted', trigger = 'shared_activity' WHERE id = :a",
        activity);
    notice("suggestion_conflict", activity);
    notice("suggestion_unanswered", offer);
    notice("token_expiring_soon", contacts);
    notice("token_invalid", calendar);
    notice("token_invalid", contacts);
    rows.add(
        "UPDATE notices SET resolved_at = now() WHERE subject_key = :a AND kind = 'token_invalid'",
        contacts.toString());

    JsonNode open = tree(askAs(user, "GET", "/api/notices", null)).path("notices");

    assertThat(open.findValuesAsText("text"))
        .containsExactly(
            "Google Calendar has been disconnected since March 2, 10:00 AM (America/New York). Free"
                + " times and suggestions are not updated until you reconnect.",
            "The connection to Google Contacts ends on March 4, 4:30 AM (America/New York)."
                + " Reconnect before then.",
            "Your calendar now has something else at the time you agreed to meet Bob: March 3, 1:00"
                + " PM (America/New York).",
            "The event at which you meet Di, March 3, 2:00 PM (America/New York), was moved or"
                + " called off.",
            "You have not answered yet: Cy, March 4, 1:00 PM (America/New York).",
            "Groups from Google wait for your decision: say which of your groups they belong to.");
    assertThat(open.get(0).path("link").asText())
        .endsWith("/settings/connections")
        .doesNotContain(user.toString());
    assertThat(open.get(2).path("suggestionId").asText()).isEqualTo(meeting.toString());
    assertThat(tree(askAs(signUp(), "GET", "/api/notices", null)).path("notices")).isEmpty();
  }

  @Test
  void shouldNotShowWhatIsSettledBeforeTheJobThatClosesItHasRun() throws Exception {
    UUID calendar = rows.connection(user, "google_calendar");
    UUID declined = offer("Bob", Instant.parse("2096-03-03T18:00:00Z"));
    UUID past = offer("Cy", Instant.parse("2026-03-03T18:00:00Z"));
    rows.add("UPDATE suggestions SET state = 'dismissed' WHERE id = :a", declined);
    notice("token_invalid", calendar);
    notice("token_expiring_soon", calendar);
    notice("suggestion_conflict", declined);
    notice("suggestion_unanswered", declined);
    notice("suggestion_unanswered", past);

    assertThat(tree(askAs(user, "GET", "/api/notices", null)).path("notices")).isEmpty();
  }

  @Test
  void shouldTellWhatWasSentAndAnsweredTheLatestFirst() throws Exception {
    message("email", "somebody@example.org", "sent", "2026-03-02T10:00:00Z");
    message("sms", "+12025550143", "suppressed", "2026-03-02T12:00:00Z");
    UUID declined = offer("Bob", Instant.parse("2026-03-03T18:00:00Z"));
    rows.add(
        """
        UPDATE suggestions SET state = 'dismissed', dismiss_reason = 'user',
               answered_at = '2026-03-02T11:00:00Z' WHERE id = :a
        """,
        declined);
    UUID withdrawn = offer("Cy", Instant.parse("2026-03-03T18:00:00Z"));
    rows.add(
        """
        UPDATE suggestions SET state = 'dismissed', dismiss_reason = 'contact_removed',
               answered_at = '2026-03-02T09:00:00Z' WHERE id = :a
        """,
        withdrawn);

    HttpResponse<String> answer = askAs(user, "GET", "/api/history", null);
    JsonNode entries = tree(answer).path("entries");

    assertThat(entries.findValuesAsText("words"))
        .containsExactly(
            "Not sent: the matter was settled", "You dismissed it", "Sent", "You put it off");
    assertThat(entries.get(0).path("to").asText()).isEqualTo("+1***43");
    assertThat(entries.get(2).path("to").asText()).isEqualTo("s***@example.org");
    assertThat(entries.get(1).path("names").asText()).isEqualTo("Bob");
    assertThat(answer.body()).doesNotContain("12025550143", "somebody@", "Text for the user");
    assertThat(tree(askAs(signUp(), "GET", "/api/history", null)).path("entries")).isEmpty();
  }

  @Test
  void shouldReadTheHistoryPageByPageAlsoWhereTimesAreEqual() throws Exception {
    for (int i = 0; i < 5; i++) {
      message("email", "somebody@example.org", "sent", "2026-03-02T10:00:00.123456Z");
    }
    List<String> read = new ArrayList<>();
    String cursor = "";
    do {
      JsonNode page = tree(askAs(user, "GET", "/api/history?limit=2" + cursor, null));
      read.addAll(page.path("entries").findValuesAsText("id"));
      cursor =
          page.path("nextCursor").isNull() ? null : "&cursor=" + page.path("nextCursor").asText();
    } while (cursor != null);

    assertThat(read).hasSize(5).doesNotHaveDuplicates();
  }

  @Test
  void shouldRefuseAPlaceInTheHistoryThatNoDatabaseHas() throws Exception {
    String far = PageRequest.cursor(Instant.MAX, user);

    HttpResponse<String> answer = askAs(user, "GET", "/api/history?cursor=" + far, null);

    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(400);
    assertThat(tree(answer).at("/errors/0/field").asText()).isEqualTo("cursor");
  }

  private void notice(String kind, UUID subject) {
    rows.add(
        "INSERT INTO notices (user_id, kind, subject_key) VALUES (:a, :b, CAST(:c AS text))",
        user,
        kind,
        subject);
  }

  private void message(String channel, String to, String state, String at) {
    rows.add(
        """
        INSERT INTO outbound_messages (user_id, channel, purpose, dedup_key, to_address, body, state,
                                       state_reason, created_at, expires_at)
        VALUES (:a, CAST(:b AS msg_channel), 'digest', CAST(:id AS text), :c, 'Text for the user',
                CAST(:d AS msg_state), 'resolved', CAST(:e AS timestamptz), now())
        """,
        user,
        channel,
        to,
        state,
        at);
  }

  private UUID offer(String name, Instant start) {
    return rows.suggestion(
        user,
        rows.contact(user, name, "weekly", "2026-01-01T12:00:00Z"),
        start.toString(),
        start.plus(Duration.ofHours(1)).toString());
  }
}
