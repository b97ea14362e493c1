package dev.millrace.account;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.World;
import java.util.Base64;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TokenCipherTest {

  private final TokenCipher cipher = new TokenCipher(World.KEY, "k1");
  private final UUID connection = UUID.randomUUID();

  @Test
  void shouldOpenWhatItSealed() {
    byte[] sealed = cipher.encrypt(connection, "1//a refresh token");

    assertThat(cipher.decrypt(connection, sealed, "k1")).isEqualTo("1//a refresh token");
    assertThat(sealed).hasSize(12 + 16 + "1//a refresh token".length());
  }

  @Test
  void shouldSealTheSameTokenDifferentlyEachTime() {
    assertThat(cipher.encrypt(connection, "token"))
        .isNotEqualTo(cipher.encrypt(connection, "token"));
  }

  @Test
  void shouldNotOpenATokenOfAnotherRow() {
    byte[] sealed = cipher.encrypt(connection, "token");

    assertThatThrownBy(() -> cipher.decrypt(UUID.randomUUID(), sealed, "k1"))
        .isInstanceOf(ConfigurationException.class);
  }

  @Test
  void shouldNotOpenWhatWasChanged() {
    byte[] sealed = cipher.encrypt(connection, "token");
    sealed[sealed.length - 1] ^= 1;

    assertThatThrownBy(() -> cipher.decrypt(connection, sealed, "k1"))
        .isInstanceOf(ConfigurationException.class);
  }

  @Test
  void shouldNameTheSettingWhenTheKeyIsAnother() {
    byte[] sealed = cipher.encrypt(connection, "token");
    TokenCipher other = new TokenCipher(Base64.getEncoder().encodeToString(new byte[32]), "k1");

    assertThatThrownBy(() -> other.decrypt(connection, sealed, "k1"))
        .hasMessageContaining("millrace.encryption-key")
        .hasMessageNotContaining("token\"");
    assertThatThrownBy(() -> cipher.decrypt(connection, sealed, "k0"))
        .hasMessageContaining("millrace.encryption-key")
        .hasMessageContaining("k0");
    assertThatThrownBy(() -> cipher.decrypt(connection, new byte[3], "k1"))
        .isInstanceOf(ConfigurationException.class);
  }

  @ParameterizedTest
  @CsvSource({
    "'', is not set",
    "'no base64!', is not base64",
    "AAECAwQFBgc=, has 8 bytes",
  })
  void shouldRefuseAKeyThatIsNone(String key, String complaint) {
    assertThatThrownBy(() -> new TokenCipher(key, "k1"))
        .hasMessageContaining("millrace.encryption-key")
        .hasMessageContaining(complaint)
        .hasMessageContaining("openssl rand -base64 32")
        .hasNoCause();
  }
}
