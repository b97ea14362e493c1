package dev.millrace.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.setting.RefusedSetting;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DatabaseAddressTest {

  @Test
  void convertsTheFormThatHostingPlatformsHandOut() {
    assertThat(
            DatabaseAddress.parse(
                "DATABASE_URL",
                "postgres://mill:p%40ss+1@db.example.com:5433/race?sslmode=require"))
        .isEqualTo(
            new DatabaseAddress(
                "jdbc:postgresql://db.example.com:5433/race?sslmode=require", "mill", "p@ss+1"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "jdbc:postgresql://db/race?user=mill",
        "jdbc:postgresql://one:5432,two:5432/race?targetServerType=primary",
        "jdbc:postgresql://[::1]:5433/race",
        "jdbc:postgresql:race",
      })
  void keepsTheFormThatJavaWants(String value) {
    assertThat(DatabaseAddress.parse("DATABASE_URL", value))
        .isEqualTo(new DatabaseAddress(value, null, null));
  }

  @ParameterizedTest
  @CsvSource({
    "postgresql://mill:hunter2@db/race?ssl=true, jdbc:postgresql://db/race",
    "jdbc:postgresql://db/race?user=mill&password=hunter2, jdbc:postgresql://db/race",
  })
  void showsNoCredentials(String value, String shown) {
    assertThat(DatabaseAddress.parse("DATABASE_URL", value)).hasToString(shown);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "mysql://mill:hunter2@db/race|starts with none of",
        "postgres://mill:hunter2@db|names no database",
        "postgres://mill:hunter2|names no host",
        "postgres://mill:hun ter2@db/race|not allowed at position",
        "postgres://mill:hunter2@db:99999/race|port 99999",
        "jdbc:postgresql://db:hunter2/race|does not go on as",
        "jdbc:postgresql://mill:hunter2@db/race|does not go on as",
      })
  void refusesAMalformedAddressByNameWithoutRepeatingIt(String value, String reason) {
    assertThatThrownBy(() -> DatabaseAddress.parse("DATABASE_URL", value))
        .isInstanceOf(RefusedSetting.class)
        .hasMessageContaining("DATABASE_URL")
        .hasMessageContaining(reason)
        .hasNoCause()
        .satisfies(
            refusal -> {
              assertThat(((RefusedSetting) refusal).remedy()).contains("Set DATABASE_URL to");
              assertThat(refusal.toString()).doesNotContain("hunter2", "ter2");
            });
  }
}
