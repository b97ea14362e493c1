package dev.millrace.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.cache.Cache;
import dev.millrace.cache.Caches;
import dev.millrace.notification.GsmText;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;

/** {@code /api/sms/webhook}: answering suggestions by their numbers. */
class SmsRepliesTest extends Texting {

  @Autowired Caches caches;

  @Test
  void shouldAgreeDeclineAndPutOffByNumber() {
    UUID ann = suggestion("Ann Lee", 0);
    UUID bob = suggestion("Bob Ray", 1);
    UUID cyd = suggestion("Cyd <Fox> & Co", 2);
    digest(ann, bob, cyd);

    // the user is in New York, where the slot is in the evening of the same day
    assertThat(text("1").text())
        .isEqualTo("Agreed: you meet Ann Lee on Tue Mar 4, 6:00 PM. Reply 1 NO to call it off.");
    assertThat(text("2 no").text()).contains("declined", "Bob Ray");
    assertThat(text("3 Later").text()).contains("Cyd <Fox> & Co", "in a week");
    assertThat(state(ann)).isEqualTo("accepted");
    assertThat(state(bob)).isEqualTo("dismissed");
    assertThat(state(cyd)).isEqualTo("snoozed");
    assertThat(text("1").text()).contains("agreed already");
    assertThat(text("1 NO").text()).contains("declined");
    assertThat(state(ann)).isEqualTo("dismissed");
    assertThat(text("1").text()).contains("closed");
  }

  @Test
  void shouldTakeTheNumbersOfTheLatestListThatArrived() {
    UUID old = suggestion("Ann Lee", 0);
    UUID current = suggestion("Bob Ray", 1);
    UUID unseen = suggestion("Cyd Fox", 2);
    digest(old);
    digest(current);
    UUID failed = digest(unseen);
    jdbc.sql("UPDATE outbound_messages SET state = 'undelivered' WHERE id = :id")
        .param("id", failed)
        .update();

    text("1 NO");

    assertThat(state(current)).isEqualTo("dismissed");
    assertThat(state(old)).isEqualTo("pending");
    assertThat(state(unseen)).isEqualTo("pending");
  }

  @Test
  void shouldSayWhichNumbersThereAre() {
    assertThat(text("1").text()).contains("nothing to reply to yet");

    digest(suggestion("Ann Lee", 0), suggestion("Bob Ray", 1));

    assertThat(text("3").text())
        .isEqualTo("There is no 3 in your latest list; its numbers are 1 to 2.");
    assertThat(text("0 NO").text()).contains("1 to 2");
    assertThat(text("No 1").text()).as("could be number one, too").contains("not understood");
    assertThat(text("").text()).contains("not understood");
  }

  @Test
  void shouldShowANewTimeBeforeItIsAgreedTo() {
    UUID old = suggestion("Ann Lee", 0);
    digest(old);
    UUID moved = move(old, 1);

    assertThat(text("1").text())
        .isEqualTo(
            "The time with Ann Lee was moved to Wed Mar 5, 6:00 PM. Reply 1 YES to agree to the new"
                + " time.");
    assertThat(state(moved)).isEqualTo("pending");
    assertThat(text("1 YES").text()).contains("Agreed", "Wed Mar 5, 6:00 PM");
    assertThat(state(moved)).isEqualTo("accepted");
  }

  @Test
  void shouldNotTakeYesForATimeThatTheUserHasNotSeen() {
    UUID old = suggestion("Ann Lee", 0);
    digest(old);
    UUID once = move(old, 1);
    text("1");
    UUID twice = move(once, 2);

    assertThat(text("1 yes").text()).contains("moved to Thu Mar 6, 6:00 PM");
    assertThat(state(twice)).isEqualTo("pending");
    assertThat(text("yes 1").text()).contains("Agreed", "Thu Mar 6");
    assertThat(state(twice)).isEqualTo("accepted");
  }

  @Test
  void shouldNotAgreeToATimeThatIsTaken() {
    UUID ann = suggestion("Ann Lee", 0);
    digest(ann);
    UUID calendar = rows.calendar(rows.connection(user, "google_calendar"));
    rows.busy(calendar, SLOT.toString(), SLOT.plus(Duration.ofHours(1)).toString());

    assertThat(text("1").text()).contains("not free", "Ann Lee");
    assertThat(state(ann)).isEqualTo("pending");
  }

  @Test
  void shouldShowWhatWasAnsweredInTheApp() {
    UUID ann = suggestion("Ann Lee", 0);
    digest(ann);
    Cache<String> cache = caches.cache("pending-suggestions", String.class);
    cache.set(cache.key(user), "as it was");
    Cache<String> slots = caches.cache("free-slots", String.class);
    slots.set(slots.key(user, "a", "b"), "as they were");

    text("1");

    assertThat(cache.get(cache.key(user))).isEmpty();
    assertThat(slots.get(slots.key(user, "a", "b"))).isEmpty();
  }

  @Test
  void shouldKeepAnswersShortWhateverTheNames() {
    String name = "\u5f20".repeat(80) + " \uD83D\uDE00".repeat(20);
    digest(suggestion(name, 0), suggestion("A\u000bnn \u201cThe\u201d Lee", 1));

    String answer = text("1").text();
    assertThat(GsmText.fits(answer)).as(answer).isTrue();
    assertThat(text("2").text()).contains("Ann \"The\" Lee");
  }

  private UUID move(UUID suggestion, int daysLater) {
    UUID contact =
        jdbc.sql("SELECT contact_id FROM suggestion_contacts WHERE suggestion_id = :id")
            .param("id", suggestion)
            .query(UUID.class)
            .single();
    jdbc.sql("UPDATE suggestions SET state = 'superseded' WHERE id = :id")
        .param("id", suggestion)
        .update();
    Instant start = SLOT.plus(Duration.ofDays(daysLater));
    UUID next =
        rows.suggestion(user, contact, start.toString(), start.plusSeconds(3600).toString());
    jdbc.sql("UPDATE suggestions SET replaces_id = :old WHERE id = :id")
        .param("old", suggestion)
        .param("id", next)
        .update();
    return next;
  }
}
