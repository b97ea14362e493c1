package dev.millrace.api;

import dev.millrace.setting.RefusedSetting;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * {@code millrace.webhooks}.
 *
 * @param prefix of the keys in Redis that tell which push messages were taken; default {@code
 *     millrace:webhook}. On a Redis Cluster with the hash tag of {@code millrace.engine.prefix}
 * @param remember how long a push message is known in Redis, 1m to 24h; default 1h. Older repeats
 *     are known by their row in the database
 */
@ConfigurationProperties("millrace.webhooks")
public record WebhookProperties(
    @DefaultValue("millrace:webhook") String prefix, @DefaultValue("1h") Duration remember) {

  private static final Duration LEAST = Duration.ofMinutes(1);
  private static final Duration MOST = Duration.ofHours(24);

  public WebhookProperties {
    if (prefix.isBlank()) {
      throw new RefusedSetting(
          "millrace.webhooks.prefix is empty.",
          "Set it to the first word of keys that no other program has, for example"
              + " millrace:webhook");
    }
    if (remember.compareTo(LEAST) < 0 || remember.compareTo(MOST) > 0) {
      throw new RefusedSetting(
          "millrace.webhooks.remember is " + remember + ", which is not from 1m to 24h.",
          "Set it to the time within which Google repeats what it got no answer to, for example"
              + " 1h");
    }
  }
}
