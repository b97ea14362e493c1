package dev.millrace.notification;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SpokenNamesTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "+12025550143 | a contact without a name",
        "(202) 555-0143 | a contact without a name",
        "555.0143 | a contact without a name",
        "bob@example.org | a contact without a name",
        "+12025550143, Ann Lee | a contact without a name, Ann Lee",
        "Bob <bob@example.org> | Bob",
        "Plumber +1 202 555 0143 | Plumber",
        "Ann (202) 555-0143 | Ann",
        "Ann Lee, Bob | Ann Lee, Bob",
        "Agent 47 | Agent 47",
        "Café 1900 | Café 1900",
        "李小龍 | 李小龍",
      })
  void shouldNotSayNumbersAndAddresses(String names, String spoken) {
    assertThat(SpokenNames.of(names)).isEqualTo(spoken);
  }

  @Test
  void shouldNotSayThemInWhatWasWrittenAboutSomebody() {
    assertThat(
            SpokenNames.in(
                "You added +12025550143 40 days ago and have not been in touch since.",
                "+12025550143"))
        .isEqualTo("You added this contact 40 days ago and have not been in touch since.");
    assertThat(SpokenNames.in("You and Ann were in touch today.", "Ann"))
        .isEqualTo("You and Ann were in touch today.");
  }
}
