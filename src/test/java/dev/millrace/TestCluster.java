package dev.millrace;

import static org.awaitility.Awaitility.await;

import io.lettuce.core.MigrateArgs;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.sync.RedisCommands;
import io.lettuce.core.cluster.SlotHash;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.IntStream;
import redis.embedded.RedisServer;

/**
 * A real Redis Cluster of nodes on the loopback address, made as an operator makes one: slots are
 * dealt out, nodes meet, and in the end all agree.
 */
public final class TestCluster implements AutoCloseable {

  /** How long the nodes have to agree on something. */
  private static final Duration AGREEMENT = Duration.ofSeconds(30);

  private final RedisClient client = RedisClient.create();
  private final List<Node> nodes = new ArrayList<>();
  private final Path folder;

  /** One node, and a connection to it for whoever operates the cluster. */
  public record Node(
      RedisServer server, int port, StatefulRedisConnection<String, String> connection) {

    public RedisCommands<String, String> operator() {
      return connection.sync();
    }

    /** Its name among the nodes. */
    public String id() {
      return operator().clusterMyId();
    }

    private boolean isMasterOf(int slot) {
      return operator()
          .clusterNodes()
          .lines()
          .filter(line -> line.contains("myself") && line.contains("master"))
          .flatMap(line -> List.of(line.split(" ")).stream().skip(8))
          .filter(range -> range.matches("\\d+(-\\d+)?"))
          .map(range -> range.split("-"))
          .anyMatch(
              range ->
                  Integer.parseInt(range[0]) <= slot
                      && slot <= Integer.parseInt(range[range.length - 1]));
    }
  }

  private TestCluster() {
    try {
      folder = Files.createTempDirectory("cluster");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Starts a cluster of masters with equal shares of the slots. */
  public static TestCluster start(int masters) {
    TestCluster cluster = new TestCluster();
    Runtime.getRuntime().addShutdownHook(new Thread(cluster::stopServers));
    for (int i = 0; i < masters; i++) {
      Node node = cluster.startNode();
      int from = SlotHash.SLOT_COUNT * i / masters;
      int to = SlotHash.SLOT_COUNT * (i + 1) / masters;
      node.operator().clusterAddSlots(IntStream.range(from, to).toArray());
      // Different from the start, so that nobody has to settle a conflict.
      node.operator().clusterSetConfigEpoch(i + 1);
    }
    cluster.meet();
    return cluster;
  }

  /** Adds a node that copies the master of a key and takes over when that dies. */
  public Node addReplica(String key) {
    String master = owner(key).id();
    Node replica = startNode();
    meet();
    replica.operator().clusterReplicate(master);
    await()
        .atMost(AGREEMENT)
        .until(() -> replica.operator().info("replication").contains("master_link_status:up"));
    return replica;
  }

  /**
   * Moves the slot of a key with all its keys to another node, in the steps that Redis prescribes.
   *
   * @param midway runs when the slot is on its way and no key has left yet
   */
  public void moveSlot(String key, Node to, Runnable midway) {
    int slot = SlotHash.getSlot(key);
    Node from = owner(key);
    to.operator().clusterSetSlotImporting(slot, from.id());
    from.operator().clusterSetSlotMigrating(slot, to.id());
    midway.run();
    List<String> keys = from.operator().clusterGetKeysInSlot(slot, 100);
    while (!keys.isEmpty()) {
      from.operator()
          .migrate("127.0.0.1", to.port, 0, 5000, MigrateArgs.Builder.<String>keys(keys));
      keys = from.operator().clusterGetKeysInSlot(slot, 100);
    }
    to.operator().clusterSetSlotNode(slot, to.id());
    from.operator().clusterSetSlotNode(slot, to.id());
  }

  public List<Node> nodes() {
    return nodes;
  }

  public List<Integer> ports() {
    return nodes.stream().map(Node::port).toList();
  }

  /** The living master of the slot of a key, as the nodes themselves say. */
  public Node owner(String key) {
    int slot = SlotHash.getSlot(key);
    return nodes.stream()
        .filter(node -> node.server.isActive() && node.isMasterOf(slot))
        .findFirst()
        .orElseThrow(() -> new IllegalStateException("no node owns slot " + slot));
  }

  /** Ends a node at once, as when its machine is lost. */
  public void kill(Node node) {
    try {
      node.connection.close();
      node.server.stop();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Node startNode() {
    try {
      int port = freePort();
      RedisServer server =
          RedisServer.newRedisServer()
              .port(port)
              .setting("bind 127.0.0.1")
              .setting("save \"\"")
              .setting("appendonly no")
              .setting("dir " + folder)
              .setting("cluster-enabled yes")
              .setting("cluster-config-file nodes-" + port + ".conf")
              .setting("cluster-node-timeout 2000")
              .setting("cluster-replica-validity-factor 0")
              .setting("repl-diskless-sync-delay 0")
              .onShutdownForceStop(true)
              .build();
      server.start();
      RedisURI uri =
          RedisURI.builder()
              .withHost("127.0.0.1")
              .withPort(port)
              .withClientName("operator")
              .build();
      Node node = new Node(server, port, client.connect(uri));
      nodes.add(node);
      return node;
    } catch (IOException e) {
      throw new UncheckedIOException("redis-server for the tests' cluster did not start", e);
    }
  }

  private void meet() {
    for (Node node : nodes) {
      nodes.get(0).operator().clusterMeet("127.0.0.1", node.port);
    }
    await()
        .atMost(AGREEMENT)
        .until(
            () ->
                nodes.stream()
                    .map(node -> node.operator().clusterInfo())
                    .allMatch(
                        info ->
                            info.contains("cluster_state:ok")
                                && info.contains("cluster_known_nodes:" + nodes.size() + "\r")));
  }

  /**
   * A node also listens on its port + 10,000, where it talks to the others. Both below the ports
   * that the system hands out by itself.
   */
  private static int freePort() throws IOException {
    for (int tries = 0; tries < 100; tries++) {
      int port = ThreadLocalRandom.current().nextInt(12_000, 22_000);
      try (ServerSocket node = new ServerSocket(port);
          ServerSocket bus = new ServerSocket(port + 10_000)) {
        return Math.min(node.getLocalPort(), bus.getLocalPort());
      } catch (IOException taken) {
        // The next one, then.
      }
    }
    throw new IOException("no port between 12000 and 22000 is free together with port + 10000");
  }

  private void stopServers() {
    for (Node node : nodes) {
      try {
        if (node.server.isActive()) {
          node.server.stop();
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  @Override
  public void close() {
    client.shutdown(0, 1, java.util.concurrent.TimeUnit.SECONDS);
    stopServers();
  }
}
