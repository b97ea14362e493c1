package dev.millrace.sandbox.twilio;

import dev.millrace.sandbox.http.Answered;
import dev.millrace.sandbox.http.LoopbackClient;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.Base64;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Executor;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** Forms as Twilio posts them, signed as its security guide has it. */
public final class SignedPosts implements AutoCloseable {

  private final LoopbackClient http = new LoopbackClient();

  Answered post(URI address, Map<String, String> form, String authToken) {
    return http.exchange(
        address,
        request ->
            request
                .timeout(Duration.ofSeconds(15))
                .header("Content-Type", "application/x-www-form-urlencoded; charset=UTF-8")
                .header("User-Agent", "TwilioProxy/1.1")
                .header("X-Twilio-Signature", signature(address, form, authToken))
                .POST(HttpRequest.BodyPublishers.ofString(encoded(form))));
  }

  /** For what is posted later; ends with {@link #close}. */
  Executor threads() {
    return http.threads();
  }

  private static String encoded(Map<String, String> form) {
    StringBuilder encoded = new StringBuilder();
    form.forEach(
        (name, value) ->
            encoded
                .append(encoded.isEmpty() ? "" : "&")
                .append(URLEncoder.encode(name, StandardCharsets.UTF_8))
                .append('=')
                .append(URLEncoder.encode(value, StandardCharsets.UTF_8)));
    return encoded.toString();
  }

  /** HMAC-SHA1 over the address and the sorted parameters. */
  private static String signature(URI address, Map<String, String> form, String authToken) {
    StringBuilder text = new StringBuilder(address.toString());
    new TreeMap<>(form).forEach((name, value) -> text.append(name).append(value));
    try {
      Mac mac = Mac.getInstance("HmacSHA1");
      mac.init(new SecretKeySpec(authToken.getBytes(StandardCharsets.UTF_8), "HmacSHA1"));
      return Base64.getEncoder()
          .encodeToString(mac.doFinal(text.toString().getBytes(StandardCharsets.UTF_8)));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("Every Java platform has HmacSHA1", e);
    }
  }

  @Override
  public void close() {
    http.close();
  }
}
