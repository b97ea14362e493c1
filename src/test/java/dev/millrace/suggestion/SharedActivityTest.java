package dev.millrace.suggestion;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Events of the user's that somebody may like to join. */
class SharedActivityTest {

  private final SuggestionWorld it = new SuggestionWorld("2026-03-02T06:00:00Z");

  @AfterEach
  void stop() {
    it.close();
  }

  @Test
  void shouldOfferAnEventAtItsOwnTimeToWhoLikesSuchThings() {
    it.contact("Bob", "board games", "opera");
    it.event(
        "Board games with the neighbours", "2026-03-04T22:10:00Z", "2026-03-05T00:40:00Z", true);

    it.generate();

    assertThat(it.offers()).containsExactly("04 22:10-00:40 Bob");
    assertThat(
            it.beans.text(
                "SELECT trigger || ' ' || kind || ' ' || google_event_id || ' ' || (calendar_id ="
                    + " '%s') FROM suggestions".formatted(it.calendar)))
        .isEqualTo("shared_activity individual Board games with the neighbours true");
    assertThat(it.beans.text("SELECT reasoning FROM suggestions"))
        .isEqualTo(
            "Something that you have planned may interest Bob: board and games."
                + " You and Bob were last in touch 60 days ago.")
        .doesNotContain("neighbours");
    assertThat(it.beans.text("SELECT factors ->> 'score' FROM suggestions")).isEqualTo("25");
  }

  @Test
  void shouldOfferAnEventToWhoLivesThere() {
    UUID bob = it.contact("Bob");
    it.rows.add("UPDATE contacts SET location = 'Berlin, Germany' WHERE id = :a", bob);
    it.event("Fair", "2026-03-04T12:00:00Z", "2026-03-04T18:00:00Z", false);
    it.place("Fair", "Messe Süd, Berlin Germany");
    UUID cy = it.contact("Cy");
    it.rows.add("UPDATE contacts SET location = 'Bern' WHERE id = :a", cy);

    it.generate();

    assertThat(it.offers()).containsExactly("02 18:00-19:00 Cy", "04 12:00-18:00 Bob");
    assertThat(it.beans.text("SELECT reasoning FROM suggestions WHERE trigger = 'shared_activity'"))
        .startsWith("Bob lives near something that you have planned.");
  }

  @Test
  void shouldNotTakeOneCommonWordForACommonInterest() {
    it.contact("Bob", "tennis");
    it.event("Tennis", "2026-03-04T12:00:00Z", "2026-03-04T13:00:00Z", true);

    it.generate();

    assertThat(it.offers()).containsExactly("02 18:00-19:00 Bob");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "self_response = 'declined'",
        "all_day = true, start_date = '2026-03-04', end_date = '2026-03-05'",
        "event_type = 'outOfOffice'",
        "summary = 'Board games at Bob''s'",
        "start_at = '2026-03-02T07:00:00Z'",
        "start_at = '2026-03-17T07:00:00Z', end_at = '2026-03-17T09:00:00Z'",
      })
  void shouldNotOfferWhatNobodyCanJoin(String change) {
    it.contact("Bob", "board games");
    it.event("Board games", "2026-03-04T22:00:00Z", "2026-03-04T23:00:00Z", true);
    it.rows.add("UPDATE calendar_events SET " + change + " WHERE calendar_id = :a", it.calendar);

    it.generate();

    assertThat(it.beans.text("SELECT string_agg(trigger, ',') FROM suggestions"))
        .isEqualTo("timebound");
  }

  @Test
  void shouldOfferTwoEventsAtMostAndEachOnce() {
    for (int contact = 0; contact < 5; contact++) {
      it.contact("C" + contact, "board games");
      it.event(
          "Board games " + contact,
          "2026-03-0%dT21:00:00Z".formatted(3 + contact),
          "2026-03-0%dT22:00:00Z".formatted(3 + contact),
          false);
    }

    it.generate();
    it.generate();

    assertThat(it.offers())
        .filteredOn(offer -> offer.contains("21:00-"))
        .containsExactly("03 21:00-22:00 C0", "04 21:00-22:00 C1");
  }

  @Test
  void shouldNotOfferAnEventAgainThatTheUserTurnedDown() {
    it.contact("Bob", "board games");
    it.event("Board games", "2026-03-04T22:00:00Z", "2026-03-04T23:00:00Z", true);
    it.generate();
    it.rows.add(
        "UPDATE suggestions SET state = 'dismissed', dismiss_reason = 'user' WHERE user_id = :a",
        it.user);

    it.generate();

    assertThat(it.offers()).containsExactly("02 18:00-19:00 Bob");
  }

  @Test
  void shouldOfferNothingElseAtTheTimeOfAnOfferedEvent() {
    it.contact("Bob", "board games");
    it.contact("Cy");
    it.event("Board games", "2026-03-02T18:30:00Z", "2026-03-02T20:00:00Z", false);

    it.generate();

    assertThat(it.offers()).containsExactly("02 18:00-18:30 Cy", "02 18:30-20:00 Bob");
  }

  @Test
  void shouldTellAtOnceOfWhatBeginsWithinADayUntilItWasTold() {
    it.contact("Bob", "board games");
    it.contact("Cy", "opera night");
    it.event("Board games", "2026-03-02T20:00:00Z", "2026-03-02T22:00:00Z", false);
    it.event("Opera night", "2026-03-03T20:00:00Z", "2026-03-03T22:00:00Z", false);

    SuggestionGeneration.Generated generated = it.generation.forUser(it.unit());

    assertThat(generated.realtime())
        .containsExactly(
            it
                .beans
                .texts("SELECT id FROM suggestions WHERE google_event_id = 'Board games'")
                .stream()
                .map(UUID::fromString)
                .toList());
    it.rows.add("UPDATE suggestions SET first_sent_at = now() WHERE user_id = :a", it.user);
    assertThat(it.generation.forUser(it.unit()).realtime()).isEmpty();
  }
}
