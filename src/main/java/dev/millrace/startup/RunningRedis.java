package dev.millrace.startup;

import dev.millrace.redis.EmbeddedRedis;
import dev.millrace.redis.RedisAddress;
import dev.millrace.setting.RefusedSetting;
import java.util.Optional;
import org.springframework.core.env.Environment;

/** The Redis that an application with these settings would use, if that runs already. */
public final class RunningRedis {

  private RunningRedis() {}

  /**
   * The named Redis, whether it answers or not; else the embedded one of the data directory when
   * its server is alive.
   *
   * @throws RefusedSetting when the address is malformed
   */
  public static Optional<String> url(Environment environment) {
    Optional<RedisAddress> named = named(environment);
    if (named.isPresent()) {
      return named.map(RedisAddress::url);
    }
    return EmbeddedRedis.running(DataDirectory.of(environment).redis()).map(EmbeddedRedis::url);
  }

  /** The Redis that the settings name. */
  static Optional<RedisAddress> named(Environment environment) {
    Optional<String> setting =
        NamedSetting.first(environment, "spring.data.redis.url", "REDIS_URL");
    if (setting.isPresent()) {
      String name = setting.get();
      return Optional.of(RedisAddress.parse(name, environment.getRequiredProperty(name).strip()));
    }
    return Optional.empty();
  }
}
