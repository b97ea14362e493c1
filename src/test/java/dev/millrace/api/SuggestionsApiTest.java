package dev.millrace.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.job.Rows;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code /api/suggestions}: lists and answers. */
class SuggestionsApiTest extends RunningHttp {

  private final Instant tomorrow =
      Instant.now().truncatedTo(ChronoUnit.HOURS).plus(Duration.ofDays(1));
  private Rows rows;
  private UUID user;

  @BeforeEach
  void signUpSomebody() {
    rows = new Rows(jdbc);
    user = signUp();
  }

  @Test
  void shouldListWhatWaitsForAnAnswerInTheZoneOfTheUser() throws Exception {
    UUID later = offer("Bob", tomorrow.plus(Duration.ofDays(1)));
    UUID first = offer("Cy", tomorrow);
    rows.add("UPDATE users SET time_zone = 'Asia/Kathmandu' WHERE id = :a", user);
    UUID never = offer("Gus", tomorrow.minus(Duration.ofDays(40)));
    rows.add("UPDATE suggestions SET state = 'accepted' WHERE id = :a", never);
    UUID over = offer("Di", tomorrow.minus(Duration.ofDays(2)));
    rows.add("UPDATE suggestions SET state = 'accepted' WHERE id = :a", over);
    UUID agreed = offer("Ed", tomorrow.plus(Duration.ofDays(2)));
    rows.add("UPDATE suggestions SET state = 'accepted' WHERE id = :a", agreed);
    UUID declined = offer("Flo", tomorrow.plus(Duration.ofDays(3)));
    rows.add("UPDATE suggestions SET state = 'dismissed' WHERE id = :a", declined);

    JsonNode open = list("").path("suggestions");

    assertThat(ids(open)).containsExactly(over, first, later);
    assertThat(open.get(0).path("toConfirm").asBoolean()).isTrue();
    assertThat(open.get(1).path("contacts").findValuesAsText("name")).containsExactly("Cy");
    assertThat(open.get(1).path("start").asText()).endsWith(":45:00+05:45");
    assertThat(OffsetDateTime.parse(open.get(1).path("start").asText()).toInstant())
        .isEqualTo(tomorrow);
    assertThat(ids(list("?state=accepted").path("suggestions")))
        .containsExactly(agreed, over, never);
    assertThat(ids(list("?state=dismissed").path("suggestions"))).containsExactly(declined);
  }

  @Test
  void shouldKeepTheOpenListUntilTheUserAnswers() throws Exception {
    UUID first = offer("Bob", tomorrow);
    assertThat(ids(list("").path("suggestions"))).containsExactly(first);
    UUID second = offer("Cy", tomorrow.plus(Duration.ofDays(1)));

    assertThat(ids(list("").path("suggestions"))).as("kept").containsExactly(first);
    assertThat(ids(list("?limit=5").path("suggestions")))
        .as("pages are read from the database")
        .containsExactly(first, second);
    assertThat(post(second, "snooze", null).statusCode()).isEqualTo(200);
    assertThat(ids(list("").path("suggestions"))).containsExactly(first, second);
    assertThat(list("").at("/suggestions/1/snoozedUntil").isNull()).isFalse();
  }

  @Test
  void shouldReadPageByPageWithoutLosingOrRepeatingOne() throws Exception {
    List<UUID> all = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      all.add(offer("Bob " + i, tomorrow.plus(Duration.ofHours(2L * i))));
    }
    rows.add("UPDATE suggestions SET state = 'expired' WHERE user_id = :a", user);

    List<UUID> read = new ArrayList<>();
    String cursor = "";
    do {
      JsonNode page = list("?state=expired&limit=2" + cursor);
      read.addAll(ids(page.path("suggestions")));
      cursor =
          page.path("nextCursor").isNull() ? null : "&cursor=" + page.path("nextCursor").asText();
    } while (cursor != null);

    assertThat(read).containsExactlyElementsOf(all.reversed());
  }

  @Test
  void shouldAnswerAnAcceptThatIsRepeatedAlike() throws Exception {
    UUID offer = offer("Bob", tomorrow);

    JsonNode first = tree(post(offer, "accept", null));
    JsonNode again = tree(post(offer, "accept", null));

    assertThat(first.path("repeated").asBoolean()).isFalse();
    assertThat(again.path("repeated").asBoolean()).isTrue();
    assertThat(again.path("id")).isEqualTo(first.path("id"));
    assertThat(list("").path("suggestions")).isEmpty();
  }

  @Test
  void shouldShowTheNewTimeInPlaceOfAcceptingIt() throws Exception {
    UUID old = offer("Bob", tomorrow);
    rows.add("UPDATE suggestions SET state = 'superseded' WHERE id = :a", old);
    UUID next = offer("Bob B.", tomorrow.plus(Duration.ofDays(1)));
    rows.add("UPDATE suggestions SET replaces_id = :b WHERE id = :a", next, old);

    HttpResponse<String> answer = post(old, "accept", null);

    assertThat(answer.statusCode()).isEqualTo(409);
    assertThat(tree(answer).path("type").asText()).endsWith(":suggestion-moved");
    assertThat(tree(answer).at("/suggestion/id").asText()).isEqualTo(next.toString());
    assertThat(state(next)).isEqualTo("pending");
  }

  @Test
  void shouldRefuseATimeThatIsTaken() throws Exception {
    UUID offer = offer("Bob", tomorrow);
    UUID other = offer("Cy", tomorrow.plus(Duration.ofDays(1)));
    rows.add(
        "UPDATE suggestions SET trigger = 'shared_activity', state = 'accepted' WHERE id = :a",
        other);
    rows.add(
        "UPDATE suggestions SET slot_start = (SELECT slot_start FROM suggestions WHERE id = :b) WHERE id = :a",
        other,
        offer);

    HttpResponse<String> answer = post(offer, "accept", null);

    assertThat(answer.statusCode()).isEqualTo(409);
    assertThat(tree(answer).path("type").asText()).endsWith(":slot-taken");
  }

  @Test
  void shouldRefuseToAnswerWhatIsOver() throws Exception {
    UUID offer = offer("Bob", tomorrow);
    assertThat(post(offer, "dismiss", null).statusCode()).isEqualTo(200);

    HttpResponse<String> answer = post(offer, "accept", null);

    assertThat(answer.statusCode()).isEqualTo(409);
    assertThat(tree(answer).path("type").asText()).endsWith(":suggestion-closed");
  }

  @Test
  void shouldTakeAConfirmationOnceAMeetingIsOver() throws Exception {
    UUID meeting = offer("Bob", tomorrow);
    post(meeting, "accept", null);
    assertThat(tree(post(meeting, "confirm", "{\"met\":true}")).path("type").asText())
        .endsWith(":not-over-yet");
    rows.add(
        """
        UPDATE suggestions SET slot_start = slot_start - interval '3 days',
                               slot_end = slot_end - interval '3 days' WHERE id = :a
        """,
        meeting);

    assertThat(post(meeting, "confirm", "{\"met\":true}").statusCode()).isEqualTo(200);
    assertThat(tree(post(meeting, "confirm", "{\"met\":true}")).path("repeated").asBoolean())
        .isTrue();
    assertThat(tree(post(meeting, "confirm", "{\"met\":false}")).path("type").asText())
        .endsWith(":confirmed-otherwise");
    assertThat(list("?state=accepted").at("/suggestions/0/met").asBoolean()).isTrue();
  }

  @Test
  void shouldNotTellOthersSuggestionsFromThoseThatAreNone() throws Exception {
    UUID theirs =
        rows.suggestion(signUp(), contact("Bob"), text(tomorrow), text(tomorrow.plusSeconds(60)));
    for (String answer : List.of("accept", "dismiss", "snooze", "confirm")) {
      String body = answer.equals("confirm") ? "{\"met\":true}" : null;
      HttpResponse<String> others = post(theirs, answer, body);
      HttpResponse<String> nobodys = post(UUID.randomUUID(), answer, body);

      assertThat(others.statusCode()).isEqualTo(404);
      assertThat(tree(others).at("/errors/0/remedy"))
          .isEqualTo(tree(nobodys).at("/errors/0/remedy"));
    }
    assertThat(list("").path("suggestions")).isEmpty();
    assertThat(state(theirs)).isEqualTo("pending");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "GET  | ?state=closed | | state",
        "GET  | ?limit=0 | | limit",
        "GET  | ?limit=101 | | limit",
        "GET  | ?limit=ten | | limit",
        "GET  | ?cursor=abc | | cursor",
        "GET  | ?page=2 | | page",
        "POST | /nobody/accept | | id",
        "POST | /1-1-1-1-1/accept | | id",
        "POST | /{id}/accept?force=true | | force",
        "POST | /{id}/snooze | {\"until\":\"tomorrow\"} | until",
        "POST | /{id}/snooze | {\"until\":\"2020-01-01T00:00:00Z\"} | until",
        "POST | /{id}/snooze | {\"until\":\"2999-01-01T00:00:00Z\"} | until",
        "POST | /{id}/snooze | {\"until\":7} | until",
        "POST | /{id}/snooze | {\"untill\":null} | untill",
        "POST | /{id}/snooze | [] | body",
        "POST | /{id}/confirm | {} | met",
        "POST | /{id}/confirm | {\"met\":\"yes\"} | met",
        "POST | /{id}/confirm | | body",
        "POST | /refresh?all=true | | all"
      })
  void shouldNameWhatItCannotTake(String method, String address, String body, String field)
      throws Exception {
    UUID offer = offer("Bob", tomorrow);

    HttpResponse<String> answer =
        askAs(user, method, "/api/suggestions" + address.replace("{id}", offer.toString()), body);

    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(400);
    assertThat(tree(answer).at("/errors/0/field").asText()).isEqualTo(field);
    assertThat(tree(answer).at("/errors/0/remedy").asText()).isNotBlank();
    assertThat(state(offer)).isEqualTo("pending");
  }

  @Test
  void shouldRefuseASnoozeThatIsOverAsSoonAsItBegins() throws Exception {
    String soon = "{\"until\":\"%s\"}".formatted(Instant.now().plusSeconds(1));

    HttpResponse<String> answer = post(offer("Bob", tomorrow), "snooze", soon);

    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(400);
    assertThat(tree(answer).at("/errors/0/field").asText()).isEqualTo("until");
  }

  @Test
  void shouldTakeARefreshAndMergeThoseThatWait() throws Exception {
    HttpResponse<String> answer = askAs(user, "POST", "/api/suggestions/refresh", null);

    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(202);
    assertThat(tree(answer).path("jobId").asText()).isNotBlank();
  }

  private UUID offer(String name, Instant start) {
    return rows.suggestion(user, contact(name), text(start), text(start.plus(Duration.ofHours(1))));
  }

  private UUID contact(String name) {
    return rows.contact(user, name, "weekly", "2026-01-01T12:00:00Z");
  }

  private HttpResponse<String> post(UUID suggestion, String answer, String body) throws Exception {
    return askAs(user, "POST", "/api/suggestions/" + suggestion + "/" + answer, body);
  }

  private JsonNode list(String query) throws Exception {
    HttpResponse<String> answer = askAs(user, "GET", "/api/suggestions" + query, null);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return tree(answer);
  }

  private String state(UUID suggestion) {
    return jdbc.sql("SELECT state FROM suggestions WHERE id = :id")
        .param("id", suggestion)
        .query(String.class)
        .single();
  }

  private static List<UUID> ids(JsonNode suggestions) {
    List<UUID> ids = new ArrayList<>();
    suggestions.forEach(one -> ids.add(UUID.fromString(one.path("id").asText())));
    return ids;
  }

  private static String text(Instant moment) {
    return moment.toString();
  }
}
