package dev.millrace.ratelimit;

import dev.millrace.setting.RefusedSetting;
import org.springframework.boot.cloud.CloudPlatform;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.core.env.Environment;

/**
 * Whom the server believes what it says of a client's address. Whoever may choose an address has a
 * quota for each.
 */
final class ForwardedAddresses {

  private static final String STRATEGY = "server.forward-headers-strategy";
  private static final String REMOTE_IP = "server.tomcat.remoteip.";
  private static final String PROXIES = REMOTE_IP + "internal-proxies";

  private ForwardedAddresses() {}

  /**
   * Looks at the settings of the server.
   *
   * @throws RefusedSetting when it would believe more than named proxies
   */
  static void check(Environment environment) {
    Binder settings = Binder.get(environment);
    String strategy = text(settings, STRATEGY);
    if (strategy.equalsIgnoreCase("framework")) {
      throw new RefusedSetting(
          STRATEGY + " is framework, which believes X-Forwarded-For from anybody.",
          "Set it to native, and " + PROXIES + " to a pattern for the proxy's own address.");
    }
    if (believes(settings, strategy, environment) && text(settings, PROXIES).isEmpty()) {
      throw new RefusedSetting(
          PROXIES + " is not set, so X-Forwarded-For is believed from all private addresses.",
          "Set it to a pattern for the proxy's own address, such as 10\\.0\\.0\\.7, or "
              + STRATEGY
              + " to none.");
    }
  }

  /** As Boot decides whether Tomcat reads the headers. */
  private static boolean believes(Binder settings, String strategy, Environment environment) {
    CloudPlatform cloud = CloudPlatform.getActive(environment);
    return strategy.equalsIgnoreCase("native")
        || strategy.isEmpty() && cloud != null && cloud.isUsingForwardHeaders()
        || !text(settings, REMOTE_IP + "remote-ip-header").isEmpty()
        || !text(settings, REMOTE_IP + "protocol-header").isEmpty();
  }

  private static String text(Binder settings, String name) {
    return settings.bind(name, String.class).orElse("").strip();
  }
}
