package dev.millrace.ratelimit;

import dev.millrace.setting.RefusedSetting;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.web.util.pattern.PathPatternParser;
import org.springframework.web.util.pattern.PatternParseException;

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
 * @param exempt paths below /api that the API limit does not see, unless a request has a bearer
 *     token, which may be a guess
 */
@ConfigurationProperties("millrace.rate-limiting")
public record RateLimitingProperties(
    @DefaultValue("true") boolean enabled,
    @DefaultValue("10000") int remember,
    @DefaultValue("5m") Duration rememberAtMost,
    @DefaultValue("30s") Duration quotasEvery,
    @DefaultValue({"/api/webhooks/**", "/api/sms/webhook", "/api/sms/status"})
        List<String> exempt) {

  // A wildcard at once would switch the limit off without a word.
  private static final Pattern BELOW_API = Pattern.compile("/api/[^/*?{}]+(/.*)?");
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
    exempt.forEach(RateLimitingProperties::requireExemption);
  }

  RateLimitingProperties disabled() {
    return new RateLimitingProperties(false, remember, rememberAtMost, quotasEvery, exempt);
  }

  private static void requireExemption(String path) {
    if (!BELOW_API.matcher(path).matches()) {
      throw refused(path, "does not begin with /api/ and a word", null);
    }
    try {
      PathPatternParser.defaultInstance.parse(path);
    } catch (PatternParseException e) {
      throw refused(path, "is no pattern of a path", e);
    }
  }

  private static RefusedSetting refused(String path, String why, Exception cause) {
    return new RefusedSetting(
        "millrace.rate-limiting.exempt has \"" + path + "\", which " + why + ".",
        "Write paths such as /api/webhooks/**; to switch all limits off there is"
            + " millrace.rate-limiting.enabled.",
        cause);
  }

  private static void within(String name, Duration value) {
    if (value.compareTo(Duration.ofSeconds(1)) < 0 || value.compareTo(LONGEST) > 0) {
      throw new RefusedSetting(
          "millrace.rate-limiting." + name + " is " + value + ".", "Set it to 1s up to 1h.");
    }
  }
}
