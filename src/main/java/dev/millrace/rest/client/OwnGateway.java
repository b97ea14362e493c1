package dev.millrace.rest.client;

import dev.millrace.setting.RefusedSetting;
import java.util.List;
import java.util.Optional;
import org.springframework.core.env.Environment;
import org.springframework.util.StringUtils;

/** Where the gateway of an application is, as seen from its own machine. */
public final class OwnGateway {

  private static final List<String> TLS =
      List.of("server.ssl.key-store", "server.ssl.bundle", "server.ssl.certificate");
  private static final List<String> ANY_ADDRESS = List.of("", "0.0.0.0", "::");

  private OwnGateway() {}

  /**
   * Its address.
   *
   * @param port of the web server
   * @throws RefusedSetting when it cannot be told from the settings
   */
  public static String url(Environment settings, String port) {
    Optional<String> moved = moved(settings);
    if (moved.isPresent()) {
      throw new RefusedSetting(
          moved.get() + " is set, so the address of Millrace's own gateway cannot be guessed.",
          "Set UPSTASH_REDIS_REST_URL and UPSTASH_REDIS_REST_TOKEN to where /redis is, or to"
              + " another Redis over HTTP.");
    }
    String address = settings.getProperty("server.address", "").strip();
    String host = ANY_ADDRESS.contains(address) ? "localhost" : address;
    return "http://" + (host.contains(":") ? "[" + host + "]" : host) + ":" + port + "/redis";
  }

  /** What makes it another address, or one whose certificate would have to be known. */
  private static Optional<String> moved(Environment settings) {
    if (StringUtils.hasText(settings.getProperty("server.servlet.context-path"))) {
      return Optional.of("server.servlet.context-path");
    }
    return settings.getProperty("server.ssl.enabled", Boolean.class, true)
        ? TLS.stream().filter(name -> StringUtils.hasText(settings.getProperty(name))).findFirst()
        : Optional.empty();
  }
}
