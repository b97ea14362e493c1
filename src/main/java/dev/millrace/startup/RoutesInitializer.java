package dev.millrace.startup;

import dev.millrace.setting.RefusedSetting;
import java.nio.file.Files;
import java.nio.file.Path;
import org.springframework.context.ApplicationContextInitializer;
import org.springframework.context.ConfigurableApplicationContext;

/**
 * Refuses a routes directory that does not exist. Camel takes a pattern that matches nothing for an
 * application without routes, which would start, look healthy and do nothing.
 */
public final class RoutesInitializer
    implements ApplicationContextInitializer<ConfigurableApplicationContext> {

  static final String SETTING = "millrace.routes-directory";

  @Override
  public void initialize(ConfigurableApplicationContext context) {
    String value = context.getEnvironment().getProperty(SETTING, "");
    if (value.isBlank()) {
      throw new RefusedSetting(
          SETTING
              + " is not set; most likely config/application.yaml was not found in "
              + Path.of("").toAbsolutePath()
              + ".",
          "Start Millrace in the directory that holds config/ and routes/, or name the place with"
              + " --spring.config.additional-location=file:/path/to/config/");
    }
    Path directory = Path.of(value).toAbsolutePath().normalize();
    if (!Files.isDirectory(directory)) {
      throw new RefusedSetting(
          SETTING + " is " + directory + ", which is not a directory.",
          "Start Millrace in the directory that holds routes/, or name the place with --"
              + SETTING
              + "=/path/to/routes");
    }
    for (Path file : new RouteFiles(directory).notLists()) {
      throw new RefusedSetting(
          file + " is not a list of routes, so Camel would pass over it in silence.",
          "Begin each entry of the file with a dash, as in \"- route:\", or delete the file.");
    }
  }
}
