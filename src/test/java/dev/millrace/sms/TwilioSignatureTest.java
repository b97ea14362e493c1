package dev.millrace.sms;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.setting.PublicBaseUrl;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TwilioSignatureTest {

  private static final String TOKEN = "token-of-tests";
  private static final SmsForm EMPTY = SmsForm.of("");

  /** Twilio signs with the port for some requests and without it for others. */
  @ParameterizedTest
  @CsvSource({
    "https://example.com,https://example.com/api/sms/status",
    "https://example.com/,https://example.com/api/sms/status",
    "' https://example.com ',https://example.com/api/sms/status",
    "https://example.com/millrace/,https://example.com/millrace/api/sms/status",
    "https://example.com,https://example.com:443/api/sms/status",
    "https://example.com:443,https://example.com/api/sms/status",
    "https://example.com:8443/,https://example.com:8443/api/sms/status",
    "https://example.com:8443/,https://example.com/api/sms/status",
    "http://example.com,http://example.com:80/api/sms/status",
  })
  void shouldBelieveTwilioWhateverTheProxyMadeOfTheRequest(String base, String signed)
      throws Exception {
    assertThat(signature(base).valid("/api/sms/status", "messageId=1", EMPTY, sign(signed)))
        .isTrue();
  }

  @ParameterizedTest
  @CsvSource({
    "https://example.com,http://example.com/api/sms/status",
    "https://example.com,https://example.com/api/sms/webhook",
    "https://example.com,https://example.org/api/sms/status",
    "https://example.com,https://example.com:8443/api/sms/status",
    "https://example.com/millrace,https://example.com/api/sms/status",
  })
  void shouldNotBelieveWhatWasSignedForAnotherAddress(String base, String signed) throws Exception {
    assertThat(signature(base).valid("/api/sms/status", "messageId=1", EMPTY, sign(signed)))
        .isFalse();
  }

  private static TwilioSignature signature(String base) {
    return new TwilioSignature(TOKEN, new PublicBaseUrl(base));
  }

  private static String sign(String address) throws Exception {
    Mac mac = Mac.getInstance("HmacSHA1");
    mac.init(new SecretKeySpec(TOKEN.getBytes(UTF_8), "HmacSHA1"));
    return Base64.getEncoder()
        .encodeToString(mac.doFinal((address + "?messageId=1").getBytes(UTF_8)));
  }
}
