package dev.millrace.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.setting.RefusedSetting;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class UsersPropertiesTest {

  private static final String SECRET = "a secret that has 32 bytes or so";
  private static final String KEYS = "https://id.example.com/keys";
  private static final String ISSUER = "https://id.example.com";

  @ParameterizedTest
  @CsvSource({"'',''", SECRET + ",''", "'',http://localhost:9/keys"})
  void shouldTakeOneOrTheOtherOrNeither(String secret, String keys) {
    UsersProperties users = new UsersProperties(secret, keys, ISSUER, "millrace");

    assertThat(users.open()).isEqualTo(!secret.isEmpty() || !keys.isEmpty());
  }

  @Test
  void shouldCountBytesAndNotLetters() {
    assertThat(new UsersProperties("ü".repeat(16), "", "", "").open()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"hunter2-hunter2-hunter2-hunter2", " " + SECRET, SECRET + "\n"})
  void shouldRefuseASecretThatCanBeGuessedOrReadInTwoWays(String secret) {
    assertThatThrownBy(() -> new UsersProperties(secret, "", "", ""))
        .isInstanceOf(RefusedSetting.class)
        .hasMessageStartingWith("millrace.users.secret ")
        .hasMessageNotContaining("hunter2")
        .hasMessageNotContaining(SECRET);
  }

  @Test
  void shouldRefuseTwoWhoMakeTokens() {
    assertThatThrownBy(() -> new UsersProperties(SECRET, KEYS, ISSUER, "millrace"))
        .isInstanceOf(RefusedSetting.class)
        .hasMessage("millrace.users.secret and millrace.users.jwk-set-uri are both set.");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"http://id.example.com/keys", "keys", "ftp://id.example.com", "https:", "%"})
  void shouldRefuseKeysThatAnybodyOnTheWayCouldExchange(String keys) {
    assertThatThrownBy(() -> new UsersProperties("", keys, ISSUER, "millrace"))
        .isInstanceOf(RefusedSetting.class)
        .hasMessage(
            "millrace.users.jwk-set-uri is " + keys + ", which is not an address with https.");
  }

  @ParameterizedTest
  @CsvSource({"'',millrace,issuer", ISSUER + ",'',audience"})
  void shouldRefuseAProviderWhoseOtherTokensWouldDo(String issuer, String audience, String named) {
    assertThatThrownBy(() -> new UsersProperties("", KEYS, issuer, audience))
        .isInstanceOf(RefusedSetting.class)
        .hasMessageContaining("without millrace.users." + named);
  }

  @Test
  void shouldNotShowTheSecret() {
    assertThat(new UsersProperties(SECRET, "", "", "").toString()).doesNotContain(SECRET);
  }
}
