package dev.millrace.ratelimit;

import dev.millrace.setting.RefusedSetting;
import dev.millrace.setting.Spelling;
import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.springframework.boot.context.properties.bind.BindException;
import org.springframework.boot.context.properties.bind.BindHandler;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.bind.UnboundConfigurationPropertiesException;
import org.springframework.boot.context.properties.bind.handler.NoUnboundElementsBindHandler;
import org.springframework.boot.context.properties.source.UnboundElementsSourceFilter;
import org.springframework.core.env.Environment;

/** The limits that are configured. */
final class NamedLimits {

  /** Asked by the application itself. */
  private static final Set<String> NEEDED =
      Set.of(ApiLimitFilter.LIMIT, SmsLimits.INCOMING, SmsLimits.OUTGOING);

  private static final Bindable<LimitSettings> ONE = Bindable.of(LimitSettings.class);

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
    Binder binder = Binder.get(environment);
    Map<String, LimitSettings> settings = new TreeMap<>();
    try {
      Set<String> found =
          binder
              .bind(LimitSettings.SETTING, Bindable.mapOf(String.class, Object.class))
              .orElse(Map.of())
              .keySet();
      for (String name : found) {
        if (!isEnvironmentsWordFor(name, found)) {
          LimitSettings.requireName(name);
          settings.put(
              name,
              binder
                  .bind(LimitSettings.SETTING + "." + name, ONE, handler())
                  .orElseThrow(() -> noLimit(name)));
        }
      }
    } catch (BindException e) {
      throw unreadable(e);
    }
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

  /** Environment variables have no dashes: SMSINCOMING there is sms-incoming. */
  private static boolean isEnvironmentsWordFor(String name, Set<String> names) {
    return names.stream()
        .anyMatch(other -> !other.equals(name) && other.replace("-", "").equals(name));
  }

  private static BindHandler handler() {
    return new NoUnboundElementsBindHandler(BindHandler.DEFAULT, new UnboundElementsSourceFilter());
  }

  private static RefusedSetting noLimit(String name) {
    return new RefusedSetting(
        LimitSettings.SETTING + "." + name + " is no limit.", "Set its quota and window.");
  }

  private static RefusedSetting unreadable(BindException e) {
    if (e.getCause() instanceof UnboundConfigurationPropertiesException unknown) {
      String names =
          unknown.getUnboundProperties().stream()
              .map(property -> property.getName().toString())
              .sorted()
              .collect(Collectors.joining(", "));
      return new RefusedSetting(
          "Unknown settings: " + names + ".",
          "A limit has algorithm, quota, window, burst, prefix, subjects and when-unreachable.",
          e);
    }
    String field = e.getName().toString();
    Object value = e.getProperty() == null ? null : e.getProperty().getValue();
    return new RefusedSetting(
        field + " is \"" + value + "\", which it cannot be.",
        "Algorithms are fixed-window, sliding-window, sliding-log and token-bucket; windows are"
            + " such as 60s or 1h; when-unreachable is open, closed or local; subjects are names or"
            + " phones.",
        e);
  }
}
