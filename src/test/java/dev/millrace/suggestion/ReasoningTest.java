package dev.millrace.suggestion;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The words in which a user reads why somebody is suggested. */
class ReasoningTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "monthly  | true  | true  | 45 | You and Ann were last in touch 45 days ago; you wanted to meet every month. Close friend.",
        "daily    | false | true  | 1  | You and Ann were last in touch 1 day ago; you wanted to meet every day.",
        "biweekly | false | false | 20 | You added Ann 20 days ago and have not been in touch since; you wanted to meet every two weeks.",
        "flexible | false | true  | 61 | You and Ann were last in touch 61 days ago; you wanted to meet now and then.",
      })
  void shouldSayHowLongAgoAndWhatWasWanted(
      String frequency, boolean friend, boolean everMet, long days, String words) {
    assertThat(Reasoning.of(contact("Ann", frequency, friend, everMet, days))).isEqualTo(words);
  }

  @Test
  void shouldNameWordsForEveryFrequencyThatCanBeDue() {
    for (String frequency : DueContact.DAYS_BY_FREQUENCY.keySet()) {
      assertThat(Reasoning.of(contact("Ann", frequency, false, true, 400)))
          .contains("you wanted to meet ")
          .doesNotContain("null");
    }
  }

  @Test
  void shouldSayWhatSeveralHaveInCommon() {
    List<DueContact> three =
        List.of(
            contact("Ann", "weekly", false, true, 30),
            contact("Bob", "weekly", false, true, 20),
            contact("Cy", "weekly", false, true, 40));

    assertThat(Reasoning.of(three, List.of("Choir"), List.of()))
        .isEqualTo(
            "Ann, Bob and Cy are in Choir."
                + " You were last in touch with each of them at least 20 days ago.");
    assertThat(Reasoning.of(three.subList(0, 2), List.of(), List.of("opera", "tea")))
        .startsWith("Ann and Bob have opera and tea in common.");
  }

  @Test
  void shouldSayWhyAnEventMayInterestSomebody() {
    DueContact ann = contact("Ann", "weekly", false, true, 0);

    assertThat(Reasoning.of(ann, Set.of("opera"), true))
        .isEqualTo(
            "Something that you have planned may interest Ann: opera. It is near where they live."
                + " You and Ann were in touch today.");
    assertThat(Reasoning.of(ann, Set.of(), true))
        .startsWith("Ann lives near something that you have planned.");
  }

  private static DueContact contact(
      String name, String frequency, boolean friend, boolean everMet, long days) {
    return new DueContact(
        UUID.randomUUID(),
        name,
        frequency,
        friend,
        everMet,
        days,
        DueContact.DAYS_BY_FREQUENCY.get(frequency));
  }
}
