package dev.millrace.bench;

import dev.millrace.embedded.FreePort;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.api.sync.RedisCommands;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.TreeMap;
import redis.embedded.RedisServer;

/**
 * The redis-server that both sides use: the bundled one, on a free port of the loopback address,
 * without persistence. It counts what it did.
 */
final class BenchRedis implements AutoCloseable {

  private final int port;
  private final RedisServer server;
  private final RedisClient client;
  private final RedisCommands<String, String> observer;

  BenchRedis() {
    try {
      port = FreePort.near(0);
      server =
          RedisServer.newRedisServer()
              .port(port)
              .setting("bind 127.0.0.1")
              .setting("save \"\"")
              .setting("appendonly no")
              .build();
      server.start();
    } catch (IOException e) {
      throw new UncheckedIOException("redis-server for the benchmark did not start", e);
    }
    client = RedisClient.create(RedisURI.builder().withHost("127.0.0.1").withPort(port).build());
    observer = client.connect().sync();
  }

  int port() {
    return port;
  }

  String version() {
    return observer
        .info("server")
        .lines()
        .filter(line -> line.startsWith("redis_version:"))
        .map(line -> line.substring(line.indexOf(':') + 1))
        .findFirst()
        .orElse("unknown");
  }

  /** Scripts stay loaded, as they would on a server in use. */
  void flush() {
    observer.flushall();
  }

  Count count() {
    Map<String, String> cpu = pairs("cpu");
    long calls = 0;
    for (Map.Entry<String, String> stat : pairs("commandstats").entrySet()) {
      // What the observer itself asks is nobody's cost.
      if (!stat.getKey().equals("cmdstat_info")) {
        calls += Long.parseLong(stat.getValue().replaceAll("^calls=(\\d+).*", "$1"));
      }
    }
    double seconds =
        Double.parseDouble(cpu.get("used_cpu_sys")) + Double.parseDouble(cpu.get("used_cpu_user"));
    return new Count(seconds * 1e6, calls);
  }

  private Map<String, String> pairs(String section) {
    Map<String, String> pairs = new TreeMap<>();
    observer
        .info(section)
        .lines()
        .filter(line -> line.contains(":"))
        .forEach(
            line ->
                pairs.put(
                    line.substring(0, line.indexOf(':')), line.substring(line.indexOf(':') + 1)));
    return pairs;
  }

  @Override
  public void close() {
    client.shutdown();
    try {
      server.stop();
    } catch (IOException e) {
      throw new UncheckedIOException("redis-server of the benchmark did not stop", e);
    }
  }

  /**
   * Since the server's start.
   *
   * @param cpuMicros used
   * @param calls of commands, those inside scripts included
   */
  record Count(double cpuMicros, long calls) {}
}
