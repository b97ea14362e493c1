package dev.millrace.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.sandbox.twilio.Sms;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Users who claim numbers, and the codes that their phones get. */
abstract class PhoneClaims extends Texting {

  static final String PATH = "/api/preferences/phone";

  HttpResponse<String> claim(UUID who, String written) throws Exception {
    return askAs(who, "PUT", PATH, "{\"number\":\"" + written + "\",\"consent\":true}");
  }

  HttpResponse<String> verify(UUID who, String code) throws Exception {
    return askAs(who, "POST", PATH + "/verify", "{\"code\":\"" + code + "\"}");
  }

  JsonNode phone(UUID who) throws Exception {
    return tree(askAs(who, "GET", PATH, null));
  }

  /** The code in the n-th message that the number got. */
  String code(String to, int nth) {
    List<Sms> got =
        await()
            .atMost(Duration.ofSeconds(30))
            .until(() -> SANDBOX.sms().to(to), messages -> messages.size() >= nth);
    Matcher code = Pattern.compile("\\b[0-9]{6}\\b").matcher(got.get(nth - 1).body());
    assertThat(code.find()).as(got.get(nth - 1).body()).isTrue();
    return code.group();
  }

  String owner(String e164) {
    List<String> users =
        jdbc.sql("SELECT user_id FROM user_phones WHERE e164 = :number AND verified_at IS NOT NULL")
            .param("number", e164)
            .query((rs, row) -> rs.getString(1))
            .list();
    return users.isEmpty() ? null : users.getFirst();
  }
}
