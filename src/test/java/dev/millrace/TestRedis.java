package dev.millrace;

import dev.millrace.queue.RedisLink;
import io.lettuce.core.ClientOptions;
import io.lettuce.core.RedisChannelHandler;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisConnectionStateAdapter;
import io.lettuce.core.RedisURI;
import io.lettuce.core.TimeoutOptions;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.sync.RedisCommands;
import io.lettuce.core.cluster.api.async.RedisClusterAsyncCommands;
import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.codec.StringCodec;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.net.SocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import redis.embedded.RedisServer;

/**
 * A real redis-server, one for all tests of a JVM, and an observer's connection that is not counted
 * as the product's. Tests keep apart by their queue names, or call {@link #flush}.
 */
public final class TestRedis {

  /** What all keys of the tests' queues begin with. */
  public static final String PREFIX = "bull";

  private static final int PORT = start();
  private static final RedisClient CLIENT = RedisClient.create(uri("observer", PORT));
  private static final RedisCommands<String, String> OBSERVER = CLIENT.connect().sync();

  private TestRedis() {}

  /** Where it listens, on the loopback address. */
  public static int port() {
    return PORT;
  }

  /** The ports of all nodes, as the Node scripts take them. */
  static String nodePorts() {
    return Integer.toString(PORT);
  }

  /** A key of a queue, for example {@code key("mail", "wait")}. */
  public static String key(String queue, String name) {
    return PREFIX + ":" + queue + ":" + name;
  }

  /** Looks and prepares; never through the product's own connections. */
  public static RedisCommands<String, String> observer() {
    return OBSERVER;
  }

  /** Empties the server and forgets its statistics. */
  public static void flush() {
    OBSERVER.flushall();
    OBSERVER.configResetstat();
  }

  /**
   * Calls by command since the last {@link #flush}, as the server counts them; those inside scripts
   * included.
   */
  public static Map<String, Long> commandStats() {
    Map<String, Long> calls = new TreeMap<>();
    OBSERVER
        .info("commandstats")
        .lines()
        .filter(line -> line.startsWith("cmdstat_"))
        .forEach(
            line ->
                calls.put(
                    line.substring("cmdstat_".length(), line.indexOf(':')),
                    Long.parseLong(line.replaceAll(".*:calls=(\\d+).*", "$1"))));
    return calls;
  }

  /** A link as an embedding program would make it: two connections of one plain client. */
  public static Link link(String instance) {
    return new Link(instance, PORT);
  }

  /** The same on a server of the test's own. */
  public static Link link(String instance, int port) {
    return new Link(instance, port);
  }

  /**
   * A server that a test stops and starts again; it keeps what it was told. Start and stop it
   * yourself.
   */
  public static RedisServer durable(int port, Path folder) throws IOException {
    return RedisServer.newRedisServer()
        .port(port)
        .setting("bind 127.0.0.1")
        .setting("appendonly yes")
        .setting("appendfsync always")
        .setting("dir " + folder)
        .build();
  }

  private static RedisURI uri(String name, int port) {
    return RedisURI.builder().withHost("127.0.0.1").withPort(port).withClientName(name).build();
  }

  private static int start() {
    try {
      int port = freePort();
      RedisServer server =
          RedisServer.newRedisServer()
              .port(port)
              .setting("bind 127.0.0.1")
              .setting("save \"\"")
              .setting("appendonly no")
              .build();
      server.start();
      Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(server)));
      return port;
    } catch (IOException e) {
      throw new UncheckedIOException("redis-server for the tests did not start", e);
    }
  }

  /** A port that nobody listens on now. */
  public static int freePort() throws IOException {
    try (ServerSocket free = new ServerSocket(0)) {
      return free.getLocalPort();
    }
  }

  private static void stop(RedisServer server) {
    try {
      server.stop();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** See {@link TestRedis#link}. */
  public static final class Link implements RedisLink, AutoCloseable {

    private final String instance;
    private final int port;
    private final RedisClient client = RedisClient.create();
    private StatefulRedisConnection<byte[], byte[]> command;

    private Link(String instance, int port) {
      this.instance = instance;
      this.port = port;
      client.setOptions(ClientOptions.builder().timeoutOptions(TimeoutOptions.enabled()).build());
    }

    @Override
    public synchronized RedisClusterAsyncCommands<byte[], byte[]> commands() {
      if (command == null) {
        command =
            client.connect(ByteArrayCodec.INSTANCE, uri("millrace:" + instance + ":command", port));
      }
      return command.async();
    }

    @Override
    public Connection open(String role, Duration timeout, Watch watch) {
      var waiting =
          client.connect(ByteArrayCodec.INSTANCE, uri("millrace:" + instance + ":" + role, port));
      waiting.setTimeout(timeout);
      waiting.addListener(telling(watch));
      return Connection.of(waiting);
    }

    @Override
    public Subscriber listen(String role, BiConsumer<String, String> message, Watch watch) {
      var listening =
          client.connectPubSub(StringCodec.UTF8, uri("millrace:" + instance + ":" + role, port));
      listening.addListener(telling(watch));
      return Subscriber.of(listening, message);
    }

    private static RedisConnectionStateAdapter telling(Watch watch) {
      return new RedisConnectionStateAdapter() {
        @Override
        public void onRedisConnected(RedisChannelHandler<?, ?> handler, SocketAddress address) {
          watch.back();
        }

        @Override
        public void onRedisDisconnected(RedisChannelHandler<?, ?> handler) {
          watch.lost();
        }
      };
    }

    @Override
    public void close() {
      client.shutdown(0, 1, java.util.concurrent.TimeUnit.SECONDS);
    }
  }
}
