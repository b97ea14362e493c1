package dev.millrace.startup;

import dev.millrace.rest.client.RestAddress;
import dev.millrace.setting.RefusedSetting;
import java.util.Map;
import java.util.Optional;
import org.springframework.core.env.Environment;
import org.springframework.core.env.Profiles;
import org.springframework.util.StringUtils;

/** Settles where Redis over HTTP is: what the settings name, or our own gateway. */
final class RestServer {

  static final String URL = "redis.rest.url";
  static final String TOKEN = "redis.rest.token";

  private static final String URL_VARIABLE = "UPSTASH_REDIS_REST_URL";
  private static final String TOKEN_VARIABLE = "UPSTASH_REDIS_REST_TOKEN";

  private RestServer() {}

  /**
   * Puts address and token into {@code found}; nothing when it is our own gateway.
   *
   * @throws RefusedSetting when one is missing, or cannot be one
   */
  static void settle(Environment environment, Map<String, Object> found) {
    Optional<String> url = NamedSetting.first(environment, URL, URL_VARIABLE);
    Optional<String> token = NamedSetting.first(environment, TOKEN, TOKEN_VARIABLE);
    if (url.isEmpty() && token.isEmpty()) {
      refuseWithoutGateway(environment);
      return;
    }
    if (url.isEmpty() || token.isEmpty()) {
      String there = url.or(() -> token).orElseThrow();
      String missing = url.isEmpty() ? URL_VARIABLE : TOKEN_VARIABLE;
      throw new RefusedSetting(
          missing + " is not set, but " + there + " is.",
          "Set " + missing + " too, or unset both to use Millrace's own gateway.");
    }
    found.put(URL, RestAddress.url(url.get(), value(environment, url.get())));
    found.put(TOKEN, RestAddress.token(token.get(), value(environment, token.get())));
  }

  private static void refuseWithoutGateway(Environment environment) {
    if (environment.acceptsProfiles(Profiles.of("production"))
        && !StringUtils.hasText(environment.getProperty("millrace.gateway.token"))) {
      throw new RefusedSetting(
          URL_VARIABLE + " is not set, and the gateway is closed in production.",
          "Set "
              + URL_VARIABLE
              + " and "
              + TOKEN_VARIABLE
              + " to a database's, or MILLRACE_GATEWAY_TOKEN to use Millrace's own gateway.");
    }
  }

  private static String value(Environment environment, String name) {
    return environment.getRequiredProperty(name).strip();
  }
}
