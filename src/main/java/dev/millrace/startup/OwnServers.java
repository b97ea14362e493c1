package dev.millrace.startup;

import dev.millrace.database.EmbeddedDatabase;
import dev.millrace.redis.EmbeddedRedis;
import dev.millrace.setting.RefusedSetting;
import java.nio.channels.FileLock;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Supplier;
import org.springframework.boot.SpringApplication;

/**
 * The servers that this JVM runs for itself in one data directory. Every application context of the
 * JVM shares them (tests start several), and they stop when the last context has closed at the end
 * of the JVM: until then a job may have to be handed back.
 */
final class OwnServers {

  private static final Map<DataDirectory, OwnServers> RUNNING = new HashMap<>();

  private final Map<String, Object> servers = new HashMap<>();
  private final Deque<Runnable> stops = new ArrayDeque<>();
  private boolean stopped;

  // Held, not read: the lock lives as long as its channel is reachable.
  private final FileLock lock;

  private OwnServers(DataDirectory data) {
    lock = data.lock();
    // Registered before anything starts, so that a Ctrl-C during the start leaves nothing behind.
    SpringApplication.getShutdownHandlers().add(this::stop);
  }

  /**
   * The servers of this directory.
   *
   * @throws RefusedSetting when another application has the directory
   */
  static OwnServers in(DataDirectory data) {
    synchronized (RUNNING) {
      return RUNNING.computeIfAbsent(data, OwnServers::new);
    }
  }

  EmbeddedRedis redis(DataDirectory data, int port) {
    return once(
        "redis",
        EmbeddedRedis.class,
        () -> {
          EmbeddedRedis redis = EmbeddedRedis.start(data.redis(), port);
          stops.push(redis::stop);
          return redis;
        });
  }

  EmbeddedDatabase database(DataDirectory data, int port) {
    return once(
        "postgres",
        EmbeddedDatabase.class,
        () -> {
          EmbeddedDatabase database = EmbeddedDatabase.start(data.postgres(), port);
          stops.push(database::stop);
          return database;
        });
  }

  private synchronized <T> T once(String name, Class<T> type, Supplier<T> start) {
    if (stopped) {
      throw new IllegalStateException("The application is stopping; " + name + " is not started");
    }
    return type.cast(servers.computeIfAbsent(name, key -> start.get()));
  }

  private synchronized void stop() {
    stopped = true;
    stops.forEach(Runnable::run);
    stops.clear();
  }
}
