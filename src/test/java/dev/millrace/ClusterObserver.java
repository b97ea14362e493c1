package dev.millrace;

import io.lettuce.core.RedisURI;
import io.lettuce.core.cluster.RedisClusterClient;
import io.lettuce.core.cluster.api.sync.RedisClusterCommands;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The observer of a cluster. Keys are found by the cluster client; what is said to a server goes to
 * every node, and the answers become one.
 */
final class ClusterObserver {

  private static final Set<String> TO_EVERY_NODE =
      Set.of("clientKill", "clientList", "configResetstat", "configSet", "info", "scriptFlush");

  private ClusterObserver() {}

  @SuppressWarnings("unchecked")
  static RedisClusterCommands<String, String> of(TestCluster cluster) {
    var client =
        RedisClusterClient.create(
            cluster.ports().stream()
                .map(
                    port ->
                        RedisURI.builder()
                            .withHost("127.0.0.1")
                            .withPort(port)
                            .withClientName("observer")
                            .build())
                .toList());
    RedisClusterCommands<String, String> keys = client.connect().sync();
    return (RedisClusterCommands<String, String>)
        Proxy.newProxyInstance(
            ClusterObserver.class.getClassLoader(),
            new Class<?>[] {RedisClusterCommands.class},
            (proxy, method, arguments) -> {
              if (!TO_EVERY_NODE.contains(method.getName())) {
                return call(method, keys, arguments);
              }
              List<Object> answers = new ArrayList<>();
              for (TestCluster.Node node : cluster.nodes()) {
                answers.add(call(method, node.operator(), arguments));
              }
              return method.getReturnType() == Long.class
                  ? answers.stream().mapToLong(answer -> (Long) answer).sum()
                  : answers.stream().map(String::valueOf).collect(Collectors.joining("\n"));
            });
  }

  private static Object call(Method method, Object target, Object[] arguments) throws Throwable {
    try {
      return method.invoke(target, arguments);
    } catch (InvocationTargetException e) {
      throw e.getCause();
    }
  }
}
