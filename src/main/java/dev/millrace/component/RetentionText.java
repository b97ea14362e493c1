package dev.millrace.component;

import dev.millrace.queue.Retention;
import java.time.Duration;
import org.apache.camel.util.TimeUtils;

/**
 * Retention as it is written in an endpoint: {@code 1000}, {@code 24h}, {@code 1000,24h}, {@code
 * true}, {@code false}.
 */
final class RetentionText {

  private RetentionText() {}

  static Retention parse(String option, String text, Retention otherwise) {
    if (text == null || text.isBlank()) {
      return otherwise;
    }
    if (text.equals("true")) {
      return Retention.NONE;
    }
    if (text.equals("false")) {
      return Retention.ALL;
    }
    int count = Retention.ANY;
    Duration age = null;
    for (String part : text.split(",")) {
      String value = part.trim();
      try {
        if (value.matches("\\d+")) {
          count = Integer.parseInt(value);
        } else {
          age = Duration.ofMillis(TimeUtils.toMilliSeconds(value));
        }
      } catch (IllegalArgumentException e) {
        throw new IllegalArgumentException(
            option
                + " \""
                + text
                + "\" is not understood; write a number, a duration such as 24h, both as 1000,24h, true or false",
            e);
      }
    }
    return new Retention(count, age);
  }
}
