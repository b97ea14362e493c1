package dev.millrace.ratelimit;

import dev.millrace.binding.NamedSettings;
import dev.millrace.setting.RefusedSetting;
import dev.millrace.setting.Spelling;
import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.springframework.core.env.Environment;

/** The limits that are configured. */
final class NamedLimits {

  /** Asked by the application itself. */
  private static final Set<String> NEEDED =
      Set.of(ApiLimitFilter.LIMIT, EmailLimits.OUTGOING, SmsLimits.INCOMING, SmsLimits.OUTGOING);

  private static final NamedSettings<LimitSettings> SETTINGS =
      new NamedSettings<>(
          LimitSettings.SETTING,
          LimitSettings.class,
          "A limit has algorithm, quota, window, burst, prefix, subjects and when-unreachable.",
          "Algorithms are fixed-window, sliding-window, sliding-log and token-bucket; windows are"
              + " such as 60s or 1h; when-unreachable is open, closed or local; subjects are names or"
              + " phones.");

  private final SortedMap<String, RateLimit> limits;

  NamedLimits(Map<String, LimitSettings> settings) {
    SortedMap<String, RateLimit> named = new TreeMap<>();
    Map<String, String> prefixes = new HashMap<>();
    settings.forEach(
        (name, one) -> {
          RateLimit limit = one.named(name);
          String other = prefixes.putIfAbsent(limit.prefix(), name);
          if (other != null) {
            throw new RefusedSetting(
                "%s.%s and %s have the same prefix \"%s\", so each would count the other's."
                    .formatted(LimitSettings.SETTING, name, other, limit.prefix()),
                "Give one of them another prefix.");
          }
          named.put(name, limit);
        });
    limits = Collections.unmodifiableSortedMap(named);
  }

  /**
   * Reads {@code millrace.rate-limits}.
   *
   * @throws RefusedSetting when something there is unknown or unusable, or a limit is missing that
   *     the application asks
   */
  static NamedLimits of(Environment environment) {
    Map<String, LimitSettings> settings = SETTINGS.read(environment, LimitSettings::requireName);
    for (String name : NEEDED) {
      if (!settings.containsKey(name)) {
        throw new RefusedSetting(
            LimitSettings.SETTING + "." + name + " is missing.",
            "Set its quota and window; config/application.yaml has examples.");
      }
    }
    return new NamedLimits(settings);
  }

  Set<String> names() {
    return limits.keySet();
  }

  RateLimit get(String name) {
    RateLimit limit = name == null ? null : limits.get(name);
    if (limit == null) {
      throw new UnknownLimit(
          "There is no rate limit \"%s\"; %s"
              .formatted(
                  name,
                  Spelling.nearest(String.valueOf(name), names())
                      .map(nearest -> "did you mean \"" + nearest + "\"?")
                      .orElse("there are " + String.join(", ", names()) + ".")));
    }
    return limit;
  }
}
