package dev.millrace.binding;

import dev.millrace.setting.RefusedSetting;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.springframework.boot.context.properties.bind.BindException;
import org.springframework.boot.context.properties.bind.BindHandler;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.bind.UnboundConfigurationPropertiesException;
import org.springframework.boot.context.properties.bind.handler.NoUnboundElementsBindHandler;
import org.springframework.boot.context.properties.source.UnboundElementsSourceFilter;
import org.springframework.core.env.Environment;

/**
 * Settings of the form {@code prefix.<name>.<field>}, read with nothing overlooked: an unknown
 * field stops the start.
 *
 * @param prefix before the names, such as {@code millrace.queues}
 * @param type of what a name stands for
 * @param fields what may be said of a name, as the remedy for an unknown field
 * @param values what the fields take, as the remedy for one that cannot be read
 */
public record NamedSettings<T>(String prefix, Class<T> type, String fields, String values) {

  /**
   * By name, in order.
   *
   * @param checkName refuses a name that cannot be one
   * @throws RefusedSetting when something there is unknown or cannot be read
   */
  public SortedMap<String, T> read(Environment environment, Consumer<String> checkName) {
    Binder binder = Binder.get(environment);
    SortedMap<String, T> settings = new TreeMap<>();
    try {
      Set<String> found =
          binder.bind(prefix, Bindable.mapOf(String.class, Object.class)).orElse(Map.of()).keySet();
      for (String name : found) {
        if (!isEnvironmentsWordFor(name, found)) {
          checkName.accept(name);
          settings.put(
              name,
              binder
                  .bind(prefix + "." + name, Bindable.of(type), handler())
                  .orElseThrow(() -> empty(name)));
        }
      }
    } catch (BindException e) {
      throw unreadable(e);
    }
    return settings;
  }

  /** Environment variables have no dashes: SMSINCOMING there is sms-incoming. */
  private static boolean isEnvironmentsWordFor(String name, Set<String> names) {
    return names.stream()
        .anyMatch(other -> !other.equals(name) && other.replace("-", "").equals(name));
  }

  private static BindHandler handler() {
    return new NoUnboundElementsBindHandler(BindHandler.DEFAULT, new UnboundElementsSourceFilter());
  }

  private RefusedSetting empty(String name) {
    return new RefusedSetting(prefix + "." + name + " says nothing.", fields);
  }

  private RefusedSetting unreadable(BindException e) {
    if (e.getCause() instanceof UnboundConfigurationPropertiesException unknown) {
      String names =
          unknown.getUnboundProperties().stream()
              .map(property -> property.getName().toString())
              .sorted()
              .collect(Collectors.joining(", "));
      return new RefusedSetting("Unknown settings: " + names + ".", fields, e);
    }
    // a record that refuses a value says itself what is wrong
    for (Throwable cause = e.getCause(); cause != null; cause = cause.getCause()) {
      if (cause instanceof RefusedSetting refused) {
        return refused;
      }
    }
    Object value = e.getProperty() == null ? null : e.getProperty().getValue();
    return new RefusedSetting(
        e.getName() + " is \"" + value + "\", which it cannot be.", values, e);
  }
}
