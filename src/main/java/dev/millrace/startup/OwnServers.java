package dev.millrace.startup;

import dev.millrace.database.EmbeddedDatabase;
import dev.millrace.redis.EmbeddedRedis;
import dev.millrace.sandbox.Sandbox;
import dev.millrace.sandbox.SandboxOptions;
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
  private final DataDirectory data;
  private FileLock lock;
  private boolean stopped;

  private OwnServers(DataDirectory data) {
    this.data = data;
    // Registered before anything starts, so that a Ctrl-C during the start leaves nothing behind.
    SpringApplication.getShutdownHandlers().add(this::stop);
  }

  /** The servers of this directory, none of them started yet. */
  static OwnServers in(DataDirectory data) {
    synchronized (RUNNING) {
      return RUNNING.computeIfAbsent(data, OwnServers::new);
    }
  }

  /**
   * The embedded Redis.
   *
   * @throws RefusedSetting when another application has the directory, or Redis cannot run here
   */
  EmbeddedRedis redis(int port) {
    return once(
        "redis",
        EmbeddedRedis.class,
        () -> {
          lock();
          EmbeddedRedis redis = EmbeddedRedis.start(data.redis(), port);
          stops.push(redis::stop);
          return redis;
        });
  }

  /**
   * The embedded PostgreSQL.
   *
   * @throws RefusedSetting when another application has the directory, or PostgreSQL cannot run
   */
  EmbeddedDatabase database(int port) {
    return once(
        "postgres",
        EmbeddedDatabase.class,
        () -> {
          lock();
          EmbeddedDatabase database = EmbeddedDatabase.start(data.postgres(), port);
          stops.push(database::stop);
          return database;
        });
  }

  /** The stand-ins for Google, Twilio and the mail server; they keep nothing in the directory. */
  Sandbox sandbox(SandboxOptions options) {
    return once(
        "sandbox",
        Sandbox.class,
        () -> {
          Sandbox sandbox = Sandbox.start(options);
          stops.push(sandbox::close);
          return sandbox;
        });
  }

  private void lock() {
    if (lock == null) {
      lock = data.lock();
    }
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
