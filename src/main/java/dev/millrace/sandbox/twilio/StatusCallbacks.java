package dev.millrace.sandbox.twilio;

import dev.millrace.sandbox.http.LoopbackClient;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.Base64;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** Signed form posts from Twilio: delivery reports and incoming messages. */
public final class StatusCallbacks implements AutoCloseable {

  private final TwilioAccount account;
  private final SmsBox box;
  private final LoopbackClient http = new LoopbackClient();
  private volatile boolean automatic = true;

  public StatusCallbacks(TwilioAccount account, SmsBox box) {
    this.account = account;
    this.box = box;
  }

  /** Whether delivery is reported by itself; without it only {@link #report} sends something. */
  public void automatic(boolean on) {
    automatic = on;
  }

  /**
   * Sets a message's status and reports it; calling it in another order than the real one shows
   * what late reports do.
   *
   * @return the receiver's status, 0 if it could not be reached or the message has no callback
   */
  public int report(String sid, String status, Integer errorCode) {
    Sms sms = box.setStatus(sid, status, errorCode);
    if (sms.statusCallback() == null) {
      return 0;
    }
    Map<String, String> form = new TreeMap<>();
    form.put("MessageSid", sid);
    form.put("SmsSid", sid);
    form.put("AccountSid", account.sid());
    form.put("MessageStatus", status);
    form.put("SmsStatus", status);
    form.put("To", sms.to());
    form.put("From", sms.from());
    form.put("ApiVersion", "2010-04-01");
    if (errorCode != null) {
      form.put("ErrorCode", errorCode.toString());
    }
    return post(URI.create(sms.statusCallback()), form);
  }

  /**
   * A phone texts the account's number. {@code STOP} and {@code START} also close and open the
   * number for sending, as Twilio's default opt-out handling does.
   *
   * @return the status the application answered with, 0 if it could not be reached
   */
  public int receive(String from, String body, URI webhook) {
    Sms sms = box.receive(from, account.number(), body);
    switch (body.trim().toUpperCase(Locale.ROOT)) {
      case "STOP", "STOPALL", "UNSUBSCRIBE", "CANCEL", "END", "QUIT" -> box.refuse(from, 21610);
      case "START", "YES", "UNSTOP" -> box.allow(from);
      default -> {
        // Any other text is the application's business.
      }
    }
    Map<String, String> form = new TreeMap<>();
    form.put("MessageSid", sms.sid());
    form.put("SmsSid", sms.sid());
    form.put("AccountSid", account.sid());
    form.put("From", from);
    form.put("To", account.number());
    form.put("Body", body);
    form.put("NumMedia", "0");
    form.put("NumSegments", String.valueOf(Segments.of(body)));
    form.put("ApiVersion", "2010-04-01");
    return post(webhook, form);
  }

  void sent(Sms sms) {
    if (automatic && sms.statusCallback() != null) {
      http.threads()
          .execute(
              () -> {
                report(sms.sid(), "sent", null);
                report(sms.sid(), "delivered", null);
              });
    }
  }

  private int post(URI address, Map<String, String> form) {
    return http.send(
        address,
        request ->
            request
                .timeout(Duration.ofSeconds(15))
                .header("Content-Type", "application/x-www-form-urlencoded; charset=UTF-8")
                .header("User-Agent", "TwilioProxy/1.1")
                .header("X-Twilio-Signature", signature(address, form))
                .POST(HttpRequest.BodyPublishers.ofString(encoded(form))));
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

  /** HMAC-SHA1 over the address and the sorted parameters, as Twilio's security guide has it. */
  private String signature(URI address, Map<String, String> form) {
    StringBuilder text = new StringBuilder(address.toString());
    new TreeMap<>(form).forEach((name, value) -> text.append(name).append(value));
    try {
      Mac mac = Mac.getInstance("HmacSHA1");
      mac.init(new SecretKeySpec(account.authToken().getBytes(StandardCharsets.UTF_8), "HmacSHA1"));
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
