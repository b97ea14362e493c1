package dev.millrace.rest.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.setting.RefusedSetting;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Settings that would not do what whoever set them means are refused by name. */
class GatewaySettingTest {

  @ParameterizedTest
  @ValueSource(strings = {"", " ", "@", "@adminn", "FLUSH ALL", "SCRIPT|", "|X", "A|B|C", "*"})
  void shouldRefuseWhatNamesNoCommand(String name) {
    assertThatThrownBy(() -> rules(List.of(name), Map.of()))
        .isInstanceOf(RefusedSetting.class)
        .hasMessage("millrace.gateway.pass names \"" + name + "\", which is no command.");
    assertThatThrownBy(() -> rules(List.of(), Map.of(name, "no")))
        .isInstanceOf(RefusedSetting.class)
        .hasMessageStartingWith("millrace.gateway.deny names ");
  }

  @ParameterizedTest
  @ValueSource(strings = {"@READ", "get", " SCRIPT|flush ", "JSON.SET", "RESTORE-ASKING"})
  void shouldTakeNames(String name) {
    assertThat(rules(List.of(name), Map.of())).isNotNull();
  }

  @ParameterizedTest
  @CsvSource({
    "0,1,max-connections",
    "10001,1,max-connections",
    "1,-1,max-streams",
    "1,2147483647,max-streams"
  })
  void shouldRefuseMoreThanThreadsCanBe(int connections, int streams, String name) {
    assertThatThrownBy(() -> TestProperties.of(Duration.ofSeconds(1), connections, streams))
        .isInstanceOf(RefusedSetting.class)
        .hasMessageStartingWith("millrace.gateway." + name + " is ");
  }

  @Test
  void shouldTakeTheMost() {
    assertThat(TestProperties.of(Duration.ofSeconds(1), 10_000, 10_000)).isNotNull();
  }

  private static CommandRules rules(List<String> pass, Map<String, String> deny) {
    return new CommandRules(
        new CommandCatalog(null, Clock.systemUTC()), TestProperties.of(pass, deny));
  }
}
