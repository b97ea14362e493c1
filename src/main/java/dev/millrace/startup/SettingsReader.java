package dev.millrace.startup;

import java.util.List;
import java.util.Map;
import org.springframework.boot.Banner;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.context.ConfigurableApplicationContext;

/** The settings as an instance would read them here; it starts no server and works no queue. */
public final class SettingsReader {

  private SettingsReader() {}

  /**
   * @param args such as {@code --server.port=8081}
   * @throws RuntimeException when they cannot be read; Boot has printed why
   */
  public static ConfigurableApplicationContext read(List<String> args) {
    SpringApplication application = new SpringApplication(Nothing.class);
    application.setWebApplicationType(WebApplicationType.NONE);
    application.setInitializers(List.of());
    application.setBannerMode(Banner.Mode.OFF);
    application.setLogStartupInfo(false);
    application.setDefaultProperties(Map.of("logging.level.root", "warn"));
    return application.run(args.toArray(String[]::new));
  }

  /** Not annotated as a configuration, or the application itself would find it too. */
  static class Nothing {}
}
