package dev.millrace.api;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** A form as Twilio posts and signs it, reckoned here by its guide and not by its library. */
public final class SignedForm {

  private final Map<String, List<String>> values = new TreeMap<>();

  public static SignedForm of(String... namesAndValues) {
    SignedForm form = new SignedForm();
    for (int at = 0; at < namesAndValues.length; at += 2) {
      form.values
          .computeIfAbsent(namesAndValues[at], name -> new ArrayList<>())
          .add(namesAndValues[at + 1]);
    }
    return form;
  }

  public String body() {
    StringBuilder body = new StringBuilder();
    values.forEach(
        (name, all) ->
            all.forEach(
                value ->
                    body.append(body.isEmpty() ? "" : "&")
                        .append(encoded(name))
                        .append('=')
                        .append(encoded(value))));
    return body.toString();
  }

  public String signature(String address, String authToken) {
    StringBuilder text = new StringBuilder(address);
    values.forEach(
        (name, all) -> new TreeSet<>(all).forEach(value -> text.append(name).append(value)));
    try {
      Mac mac = Mac.getInstance("HmacSHA1");
      mac.init(new SecretKeySpec(authToken.getBytes(StandardCharsets.UTF_8), "HmacSHA1"));
      return Base64.getEncoder()
          .encodeToString(mac.doFinal(text.toString().getBytes(StandardCharsets.UTF_8)));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }
}
