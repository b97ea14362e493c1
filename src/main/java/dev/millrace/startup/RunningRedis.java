package dev.millrace.startup;

import dev.millrace.redis.ClusterAddress;
import dev.millrace.redis.EmbeddedRedis;
import dev.millrace.redis.RedisAddress;
import dev.millrace.setting.RefusedSetting;
import java.util.List;
import java.util.Optional;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
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

  /**
   * The cluster that the settings name, by Spring's list of nodes or by several in one address.
   *
   * @throws RefusedSetting when the address is malformed
   */
  public static Optional<ClusterAddress> cluster(Environment environment) {
    Optional<List<String>> nodes =
        Binder.get(environment)
            .bind("spring.data.redis.cluster.nodes", Bindable.listOf(String.class))
            .map(Optional::of)
            .orElse(Optional.empty());
    if (nodes.isPresent() && !nodes.get().isEmpty()) {
      return nodes.map(ClusterAddress::of);
    }
    return NamedSetting.first(environment, "spring.data.redis.url", "REDIS_URL")
        .flatMap(name -> ClusterAddress.parse(name, environment.getRequiredProperty(name).strip()));
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
