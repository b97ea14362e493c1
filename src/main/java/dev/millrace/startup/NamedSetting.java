package dev.millrace.startup;

import java.util.Optional;
import java.util.stream.Stream;
import org.springframework.core.env.Environment;
import org.springframework.util.StringUtils;

/** A setting that goes by several names. */
final class NamedSetting {

  private NamedSetting() {}

  /**
   * The first of these names that has a value. An empty value counts as unset: that is how a shell
   * or a compose file leaves one out.
   */
  static Optional<String> first(Environment environment, String... names) {
    return Stream.of(names)
        .filter(name -> StringUtils.hasText(environment.getProperty(name)))
        .findFirst();
  }
}
