package dev.millrace.redis;

import dev.millrace.setting.RefusedSetting;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Where a Redis Cluster is: some of its nodes, as the address {@code
 * redis[s]://[user:password@]host[:port],host[:port]…} names them. The others are heard of from
 * these.
 *
 * @param nodes each as {@code host:port}
 * @param settings what Spring Boot must be told besides the nodes; holds the password
 */
public record ClusterAddress(List<String> nodes, Map<String, Object> settings) {

  /** Nodes that Spring Boot already knows of. */
  public static ClusterAddress of(List<String> nodes) {
    return new ClusterAddress(List.copyOf(nodes), Map.of());
  }

  /**
   * Reads an address, unless it names one server only.
   *
   * @param setting the name of the setting the value came from, for the refusal
   * @throws RefusedSetting when one of the nodes is no address, or a database is named
   */
  public static Optional<ClusterAddress> parse(String setting, String value) {
    int scheme = value.indexOf("://") + 3;
    int credentials = value.lastIndexOf('@') + 1;
    String hosts = value.substring(Math.max(scheme, credentials));
    if (scheme < 3 || !hosts.contains(",")) {
      return Optional.empty();
    }
    String before = value.substring(0, Math.max(scheme, credentials));
    List<String> nodes = new ArrayList<>();
    RedisAddress first = null;
    for (String host : hosts.split(",")) {
      RedisAddress node = RedisAddress.parse(setting, before + host.strip());
      if (!URI.create(node.url()).getRawPath().matches("/?0?")) {
        throw new RefusedSetting(
            setting + " names a database, but a Redis Cluster has only database 0.",
            "Leave out what follows the slash.");
      }
      first = first == null ? node : first;
      nodes.add(node.host() + ":" + node.port());
    }
    // Of the address of a server beside the nodes, Spring Boot takes credentials and TLS.
    Map<String, Object> settings =
        Map.of(
            "spring.data.redis.cluster.nodes", String.join(",", nodes),
            "spring.data.redis.url", first.url());
    return Optional.of(new ClusterAddress(List.copyOf(nodes), settings));
  }

  @Override
  public String toString() {
    return "cluster of " + String.join(", ", nodes);
  }
}
