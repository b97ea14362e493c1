package dev.millrace.ratelimit;

import dev.millrace.setting.RefusedSetting;
import java.time.Duration;
import java.util.List;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Settings {@code millrace.rate-limiting.*}, which are about all limits.
 *
 * @param enabled false lets everything pass but text messages; default true. {@code
 *     DISABLE_RATE_LIMITING=true} does the same
 * @param remember how many refused subjects an instance remembers, 10,000; 0 asks Redis every time
 * @param rememberAtMost how long at most, 1 s to 1 h, default 5 min; a reset on another replica is
 *     noticed by then
 * @param quotasEvery how often an instance reads whether quotas were changed, 1 s to 1 h, default
 *     30 s; a query of the database, which Redis does not see
 * @param exempt paths below /api that the API limit does not see
 */
@ConfigurationProperties("millrace.rate-limiting")
public record RateLimitingProperties(
    @DefaultValue("true") boolean enabled,
    @DefaultValue("10000") int remember,
    @DefaultValue("5m") Duration rememberAtMost,
    @DefaultValue("30s") Duration quotasEvery,
    @DefaultValue({"/api/webhooks/**", "/api/sms/webhook", "/api/sms/status"})
        List<String> exempt) {

  private static final int MOST = 10_000_000;
  private static final Duration LONGEST = Duration.ofHours(1);

  public RateLimitingProperties {
    if (remember < 0 || remember > MOST) {
      throw new RefusedSetting(
          "millrace.rate-limiting.remember is " + remember + ".",
          "Set it to 0 up to " + MOST + "; each takes about 200 bytes.");
    }
    within("remember-at-most", rememberAtMost);
    within("quotas-every", quotasEvery);
    exempt = List.copyOf(exempt);
    for (String path : exempt) {
      if (!path.startsWith("/api/")) {
        throw new RefusedSetting(
            "millrace.rate-limiting.exempt has \"" + path + "\", which is not below /api/.",
            "The API limit only sees /api; write paths such as /api/webhooks/**.");
      }
    }
  }

  RateLimitingProperties disabled() {
    return new RateLimitingProperties(false, remember, rememberAtMost, quotasEvery, exempt);
  }

  private static void within(String name, Duration value) {
    if (value.compareTo(Duration.ofSeconds(1)) < 0 || value.compareTo(LONGEST) > 0) {
      throw new RefusedSetting(
          "millrace.rate-limiting." + name + " is " + value + ".", "Set it to 1s up to 1h.");
    }
  }
}
