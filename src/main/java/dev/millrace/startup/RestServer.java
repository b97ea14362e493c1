package dev.millrace.startup;

import dev.millrace.rest.client.OwnGateway;
import dev.millrace.rest.client.RestAddress;
import dev.millrace.rest.client.RestTarget;
import dev.millrace.setting.RefusedSetting;
import java.util.Map;
import java.util.Optional;
import org.springframework.core.env.Environment;
import org.springframework.core.env.Profiles;

/** Settles where Redis over HTTP is: what the settings name, or our own gateway. */
public final class RestServer {

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
    Optional<RestTarget> named = named(environment);
    if (named.isPresent()) {
      found.put(URL, named.get().url());
      found.put(TOKEN, named.get().token());
    } else if (environment.acceptsProfiles(Profiles.of("production"))
        && NamedSetting.first(environment, GatewayToken.SETTING).isEmpty()) {
      throw new RefusedSetting(
          URL_VARIABLE + " is not set, and the gateway is closed in production.",
          "Set "
              + URL_VARIABLE
              + " and "
              + TOKEN_VARIABLE
              + " to a database's, or MILLRACE_GATEWAY_TOKEN to use Millrace's own gateway.");
    } else {
      // Refused now, rather than by the first who asks.
      OwnGateway.url(environment, "0");
    }
  }

  /**
   * The server that an application with these settings asks, which may be running.
   *
   * @throws RefusedSetting when its address or token is missing, or cannot be one
   */
  public static RestTarget asked(Environment environment) {
    return named(environment)
        .orElseGet(
            () -> {
              String port = environment.getProperty("server.port", "8080").strip();
              return new RestTarget(
                  OwnGateway.url(environment, port),
                  GatewayToken.existing(environment)
                      .orElseThrow(
                          () ->
                              new RefusedSetting(
                                  "There is no token: neither MILLRACE_GATEWAY_TOKEN nor "
                                      + DataDirectory.of(environment).gatewayToken()
                                      + ".",
                                  "Start Millrace once, or set MILLRACE_GATEWAY_TOKEN to the token"
                                      + " of the instance.")));
            });
  }

  /**
   * What opens a server of another address. Never the token of our own gateway: a stranger would
   * learn it.
   *
   * @throws RefusedSetting when there is none
   */
  public static String token(Environment environment) {
    return NamedSetting.first(environment, TOKEN, TOKEN_VARIABLE)
        .map(name -> RestAddress.token(name, value(environment, name)))
        .orElseThrow(
            () ->
                new RefusedSetting(
                    TOKEN_VARIABLE + " is not set.",
                    "Set it to the token of the server that is checked."));
  }

  private static Optional<RestTarget> named(Environment environment) {
    Optional<String> url = NamedSetting.first(environment, URL, URL_VARIABLE);
    Optional<String> token = NamedSetting.first(environment, TOKEN, TOKEN_VARIABLE);
    if (url.isEmpty() && token.isEmpty()) {
      return Optional.empty();
    }
    if (url.isEmpty() || token.isEmpty()) {
      String there = url.or(() -> token).orElseThrow();
      String missing = url.isEmpty() ? URL_VARIABLE : TOKEN_VARIABLE;
      throw new RefusedSetting(
          missing + " is not set, but " + there + " is.",
          "Set " + missing + " too, or unset both to use Millrace's own gateway.");
    }
    return Optional.of(
        new RestTarget(
            RestAddress.url(url.get(), value(environment, url.get())),
            RestAddress.token(token.get(), value(environment, token.get()))));
  }

  private static String value(Environment environment, String name) {
    return environment.getRequiredProperty(name).strip();
  }
}
