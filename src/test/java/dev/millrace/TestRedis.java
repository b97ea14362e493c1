package dev.millrace;

import dev.millrace.queue.RedisLink;
import dev.millrace.redis.ClusterOptions;
import dev.millrace.redis.SlotOwner;
import io.lettuce.core.ClientOptions;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.TimeoutOptions;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.cluster.ClusterClientOptions;
import io.lettuce.core.cluster.RedisClusterClient;
import io.lettuce.core.cluster.api.StatefulRedisClusterConnection;
import io.lettuce.core.cluster.api.async.RedisClusterAsyncCommands;
import io.lettuce.core.cluster.api.sync.RedisClusterCommands;
import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.codec.StringCodec;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.stream.Collectors;
import redis.embedded.RedisServer;

/**
 * A real redis-server, one for all tests of a JVM, and an observer's connection that is not counted
 * as the product's. Tests keep apart by their queue names, or call {@link #flush}.
 *
 * <p>With {@code -Dmillrace.test.redis=cluster} it is a cluster of three nodes, and {@link #PREFIX}
 * has the hash tag that a cluster asks for; the same tests run on both.
 */
public final class TestRedis {

  /** Whether the tests run on a cluster. */
  public static final boolean CLUSTERED =
      "cluster".equals(System.getProperty("millrace.test.redis"));

  /** What all keys of the tests' queues begin with. */
  public static final String PREFIX = CLUSTERED ? "{bull}" : "bull";

  private static final TestCluster CLUSTER = CLUSTERED ? TestCluster.start(3) : null;
  private static final int PORT = CLUSTERED ? CLUSTER.owner(PREFIX).port() : start();
  private static final RedisClusterCommands<String, String> OBSERVER =
      CLUSTERED
          ? ClusterObserver.of(CLUSTER)
          : RedisClient.create(uri("observer", PORT)).connect().sync();

  private TestRedis() {}

  /** Where it listens, on the loopback address; of a cluster, the node that has the queues. */
  public static int port() {
    return PORT;
  }

  /** The ports of all nodes, as the Node scripts take them. */
  static String nodePorts() {
    return CLUSTERED
        ? CLUSTER.ports().stream().map(String::valueOf).collect(Collectors.joining(","))
        : Integer.toString(PORT);
  }

  /** A key of a queue, for example {@code key("mail", "wait")}. */
  public static String key(String queue, String name) {
    return PREFIX + ":" + queue + ":" + name;
  }

  /**
   * Looks and prepares; never through the product's own connections. What it asks about a server,
   * it asks of all nodes of a cluster.
   */
  public static RedisClusterCommands<String, String> observer() {
    return OBSERVER;
  }

  /** Empties the server and forgets its statistics. */
  public static void flush() {
    OBSERVER.flushall();
    OBSERVER.configResetstat();
  }

  /**
   * Calls by command since the last {@link #flush}, as the server counts them; those inside scripts
   * included. Of a cluster, the sum over its nodes.
   */
  public static Map<String, Long> commandStats() {
    Map<String, Long> calls = new TreeMap<>();
    OBSERVER
        .info("commandstats")
        .lines()
        .filter(line -> line.startsWith("cmdstat_"))
        .forEach(
            line ->
                calls.merge(
                    line.substring("cmdstat_".length(), line.indexOf(':')),
                    Long.parseLong(line.replaceAll(".*:calls=(\\d+).*", "$1")),
                    Long::sum));
    return calls;
  }

  /** A link as an embedding program would make it. */
  public static Link link(String instance) {
    return CLUSTERED ? link(instance, CLUSTER, PREFIX) : link(instance, PORT);
  }

  /** The same to a server of the test's own. */
  public static Link link(String instance, int port) {
    return new SingleLink(instance, port);
  }

  /**
   * The same to a cluster of the test's own.
   *
   * @param prefix of the engine's keys, which says on which node they are
   */
  public static Link link(String instance, TestCluster cluster, String prefix) {
    return new ClusterLink(instance, cluster.ports(), prefix);
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

  /** A link that a test closes. */
  public interface Link extends RedisLink, AutoCloseable {

    @Override
    void close();
  }

  /** Two connections of one plain client. */
  private static final class SingleLink implements Link {

    private final String instance;
    private final int port;
    private final RedisClient client = RedisClient.create();
    private StatefulRedisConnection<byte[], byte[]> command;

    private SingleLink(String instance, int port) {
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
      var opened =
          client.connect(ByteArrayCodec.INSTANCE, uri("millrace:" + instance + ":" + role, port));
      opened.setTimeout(timeout);
      return Connection.of(opened, watch);
    }

    @Override
    public Subscriber listen(String role, BiConsumer<String, String> message, Watch watch) {
      var listening =
          client.connectPubSub(StringCodec.UTF8, uri("millrace:" + instance + ":" + role, port));
      return Subscriber.of(listening, message, watch);
    }

    @Override
    public void close() {
      client.shutdown(0, 1, TimeUnit.SECONDS);
    }
  }

  /** A cluster connection, and plain ones to the node that has the queues. */
  private static final class ClusterLink implements Link {

    private final String instance;
    private final RedisClusterClient client;
    private final SlotOwner owner;
    private StatefulRedisClusterConnection<byte[], byte[]> command;

    private ClusterLink(String instance, List<Integer> ports, String prefix) {
      this.instance = instance;
      client =
          RedisClusterClient.create(
              ports.stream().map(port -> uri("millrace:" + instance + ":command", port)).toList());
      client.setOptions(
          ClusterOptions.following(ClusterClientOptions.builder(), null)
              .timeoutOptions(TimeoutOptions.enabled())
              .build());
      owner = new SlotOwner(client, prefix, ClientOptions.builder());
    }

    @Override
    public synchronized RedisClusterAsyncCommands<byte[], byte[]> commands() {
      if (command == null) {
        command = client.connect(ByteArrayCodec.INSTANCE);
      }
      return command.async();
    }

    @Override
    public boolean isClustered() {
      return true;
    }

    @Override
    public Connection open(String role, Duration timeout, Watch watch) {
      var opened = owner.connect("millrace:" + instance + ":" + role);
      opened.setTimeout(timeout);
      return Connection.of(opened, watch);
    }

    /** What is published anywhere in a cluster is heard at every node. */
    @Override
    public Subscriber listen(String role, BiConsumer<String, String> message, Watch watch) {
      return Subscriber.of(client.connectPubSub(StringCodec.UTF8), message, watch);
    }

    @Override
    public void close() {
      owner.close();
      client.shutdown(0, 1, TimeUnit.SECONDS);
    }
  }
}
