package dev.millrace.rest.client;

import dev.millrace.setting.RefusedSetting;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * {@code redis.rest.*}: how Redis is asked over HTTP.
 *
 * @param url where; empty = this application's own gateway
 * @param token opens it; empty with an empty address
 * @param timeout the longest that a caller waits for an answer, repeats included; 50 ms to 1 min
 * @param linger how long a command waits for others to share its request; 0 to 100 ms
 * @param requests how many may be on their way at once, 1 to 100; what comes meanwhile leaves
 *     together with the next
 * @param maxAnswerSize more is not taken into memory; 1 KB to 128 MB
 * @param pause how long nothing is sent after half of the last twenty requests failed; 100 ms to 10
 *     min
 */
@ConfigurationProperties("redis.rest")
public record RestProperties(
    @DefaultValue("") String url,
    @DefaultValue("") String token,
    @DefaultValue("2s") Duration timeout,
    @DefaultValue("500us") Duration linger,
    @DefaultValue("16") int requests,
    @DefaultValue("16MB") DataSize maxAnswerSize,
    @DefaultValue("5s") Duration pause) {

  private static final int MOST_REQUESTS = 100;
  private static final DataSize SMALLEST_ANSWER = DataSize.ofKilobytes(1);
  private static final DataSize LARGEST_ANSWER = DataSize.ofMegabytes(128);

  public RestProperties {
    within("timeout", timeout, Duration.ofMillis(50), Duration.ofMinutes(1), "2s");
    within("linger", linger, Duration.ZERO, Duration.ofMillis(100), "500us");
    within("pause", pause, Duration.ofMillis(100), Duration.ofMinutes(10), "5s");
    if (requests < 1 || requests > MOST_REQUESTS) {
      throw new RefusedSetting(
          "redis.rest.requests is " + requests + ".", "Set it to 1 to " + MOST_REQUESTS + ".");
    }
    if (maxAnswerSize.compareTo(SMALLEST_ANSWER) < 0
        || maxAnswerSize.compareTo(LARGEST_ANSWER) > 0) {
      throw new RefusedSetting(
          "redis.rest.max-answer-size is " + maxAnswerSize + ".", "Set it to 1KB up to 128MB.");
    }
  }

  /** The same for who waits longer. */
  public RestProperties within(Duration longer) {
    return new RestProperties(url, token, longer, linger, requests, maxAnswerSize, pause);
  }

  private static void within(
      String name, Duration value, Duration least, Duration most, String usual) {
    if (value.compareTo(least) < 0 || value.compareTo(most) > 0) {
      throw new RefusedSetting(
          "redis.rest."
              + name
              + " is "
              + value
              + ", which is not between "
              + least
              + " and "
              + most
              + ".",
          "Set it to " + usual + ", for example.");
    }
  }

  /** Without the token. */
  @Override
  public String toString() {
    return "RestProperties[url=" + url + ", timeout=" + timeout + "]";
  }
}
