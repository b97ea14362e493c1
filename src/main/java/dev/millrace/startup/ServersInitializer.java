package dev.millrace.startup;

import dev.millrace.database.DatabaseAddress;
import dev.millrace.database.EmbeddedDatabase;
import dev.millrace.redis.ClusterAddress;
import dev.millrace.redis.EmbeddedRedis;
import dev.millrace.redis.RedisAddress;
import dev.millrace.setting.RefusedSetting;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.context.ApplicationContextInitializer;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.MapPropertySource;

/**
 * Settles where Redis and PostgreSQL are before any bean exists, and starts those that the
 * configuration names nowhere. What it finds becomes {@code spring.data.redis.url} and {@code
 * spring.datasource.*}, so nothing else has to know the difference.
 *
 * <p>An initializer, because it is the one place that works alike for the application and for every
 * test: after the configuration has been read and logging is set up, before conditions look at the
 * properties.
 */
public final class ServersInitializer
    implements ApplicationContextInitializer<ConfigurableApplicationContext> {

  static final String EMBEDDED_ENABLED = "millrace.embedded.enabled";
  static final String REDIS_PORT = "millrace.embedded.redis-port";
  static final String POSTGRES_PORT = "millrace.embedded.postgres-port";

  @Override
  public void initialize(ConfigurableApplicationContext context) {
    ConfigurableEnvironment environment = context.getEnvironment();
    DataDirectory data = DataDirectory.of(environment);
    Map<String, Object> found = new HashMap<>();

    Servers.Place redis = redis(environment, data, found);
    Servers.Place database = database(environment, data, found);
    found.put(EncryptionKey.SETTING, EncryptionKey.of(environment, data));
    AdminToken token = AdminToken.of(environment, data);
    found.put(AdminToken.SETTING, token.value());
    RestServer.settle(environment, found);
    GatewayToken gateway = GatewayToken.of(environment, data);
    found.put(GatewayToken.SETTING, gateway.value());
    UsersSecret users = UsersSecret.of(environment, data);
    found.putAll(users.settings());
    environment.getPropertySources().addFirst(new MapPropertySource("millraceServers", found));

    ConfigurableListableBeanFactory beans = context.getBeanFactory();
    beans.registerSingleton("servers", new Servers(redis, database, data.path()));
    beans.registerSingleton("adminToken", token);
    beans.registerSingleton("gatewayToken", gateway);
    beans.registerSingleton("usersSecret", users);
    SandboxStart.start(environment, OwnServers.in(data))
        .ifPresent(sandbox -> beans.registerSingleton("sandbox", sandbox));
  }

  private static Servers.Place redis(
      ConfigurableEnvironment environment, DataDirectory data, Map<String, Object> found) {
    Optional<ClusterAddress> cluster = RunningRedis.cluster(environment);
    if (cluster.isPresent()) {
      found.putAll(cluster.get().settings());
      return new Servers.Place(cluster.get().toString(), false);
    }
    Optional<RedisAddress> named = RunningRedis.named(environment);
    if (named.isPresent()) {
      found.put("spring.data.redis.url", named.get().url());
      return new Servers.Place(named.get().toString(), false);
    }
    Optional<String> host = NamedSetting.first(environment, "spring.data.redis.host");
    if (host.isPresent()) {
      String port = environment.getProperty("spring.data.redis.port", "6379");
      return new Servers.Place(
          "redis://" + environment.getRequiredProperty(host.get()) + ":" + port, false);
    }
    refuseUnlessEmbedded(environment, "REDIS_URL", "redis://[user:password@]host[:port]");
    EmbeddedRedis server =
        OwnServers.in(data)
            .redis(EmbeddedPort.of(environment, REDIS_PORT, EmbeddedRedis.DEFAULT_PORT));
    found.put("spring.data.redis.url", server.url());
    return new Servers.Place(server.url(), true);
  }

  private static Servers.Place database(
      ConfigurableEnvironment environment, DataDirectory data, Map<String, Object> found) {
    Optional<String> setting =
        NamedSetting.first(environment, "spring.datasource.url", "DATABASE_URL");
    if (setting.isPresent()) {
      String name = setting.get();
      DatabaseAddress address =
          DatabaseAddress.parse(name, environment.getRequiredProperty(name).strip());
      found.put("spring.datasource.url", address.jdbcUrl());
      if (address.username() != null) {
        found.put("spring.datasource.username", address.username());
      }
      if (address.password() != null) {
        found.put("spring.datasource.password", address.password());
      }
      return new Servers.Place(address.toString(), false);
    }
    refuseUnlessEmbedded(environment, "DATABASE_URL", "postgres://user:password@host/database");
    EmbeddedDatabase server =
        OwnServers.in(data)
            .database(EmbeddedPort.of(environment, POSTGRES_PORT, EmbeddedDatabase.DEFAULT_PORT));
    found.put("spring.datasource.url", server.jdbcUrl());
    found.put("spring.datasource.username", server.username());
    return new Servers.Place(server.jdbcUrl(), true);
  }

  private static void refuseUnlessEmbedded(
      ConfigurableEnvironment environment, String setting, String form) {
    if (!environment.getProperty(EMBEDDED_ENABLED, Boolean.class, true)) {
      throw new RefusedSetting(
          setting + " is not set, and " + EMBEDDED_ENABLED + " is false.",
          "Set " + setting + " to " + form + ".");
    }
  }
}
