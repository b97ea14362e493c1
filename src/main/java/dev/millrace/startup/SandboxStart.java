package dev.millrace.startup;

import dev.millrace.embedded.FreePort;
import dev.millrace.sandbox.Sandbox;
import dev.millrace.sandbox.SandboxOptions;
import dev.millrace.setting.PublicBaseUrl;
import dev.millrace.setting.RefusedSetting;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.MutablePropertySources;
import org.springframework.core.env.StandardEnvironment;

/**
 * Starts the sandbox when {@code millrace.sandbox.enabled} says so, and lets its addresses replace
 * those of the configuration file. Environment variables and the command line stay above it: one
 * real service can be tried while the others are still stood in for.
 */
final class SandboxStart {

  private static final String PREFIX = "millrace.sandbox.";
  private static final int GOOGLE_PORT = 8090;
  private static final int TWILIO_PORT = 8091;
  private static final int MAIL_PORT = 8025;

  private SandboxStart() {}

  static Optional<Sandbox> start(ConfigurableEnvironment environment, OwnServers servers) {
    if (!environment.getProperty(PREFIX + "enabled", Boolean.class, false)) {
      return Optional.empty();
    }
    Sandbox sandbox;
    try {
      sandbox = servers.sandbox(options(environment));
    } catch (IOException | UncheckedIOException e) {
      throw new RefusedSetting(
          "The sandbox could not be started: " + e.getMessage() + ".",
          "Give it other ports with "
              + PREFIX
              + "google-port, twilio-port and mail-port, or set "
              + PREFIX
              + "enabled to false.",
          e);
    }
    // as it would be set for the number in Twilio's console
    String base = environment.getProperty("app.public-base-url", "");
    if (!base.isBlank()) {
      sandbox.phones().webhook(new PublicBaseUrl(base) + "/api/sms/webhook");
    }
    Map<String, Object> properties = new TreeMap<>(sandbox.properties());
    MutablePropertySources sources = environment.getPropertySources();
    MapPropertySource source = new MapPropertySource("sandbox", properties);
    if (sources.contains(StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME)) {
      sources.addAfter(StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME, source);
    } else {
      sources.addFirst(source);
    }
    return Optional.of(sandbox);
  }

  private static SandboxOptions options(ConfigurableEnvironment environment) throws IOException {
    return SandboxOptions.defaults()
        .ports(
            port(environment, "google-port", GOOGLE_PORT),
            port(environment, "twilio-port", TWILIO_PORT),
            port(environment, "mail-port", MAIL_PORT));
  }

  private static int port(ConfigurableEnvironment environment, String name, int otherwise)
      throws IOException {
    return FreePort.near(EmbeddedPort.of(environment, PREFIX + name, otherwise));
  }
}
