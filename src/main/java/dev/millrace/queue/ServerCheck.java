package dev.millrace.queue;

import io.lettuce.core.RedisCommandExecutionException;
import io.lettuce.core.cluster.api.async.RedisClusterAsyncCommands;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;

/**
 * What a Redis says of itself in {@code INFO}, and whether the engine can live with it. Asked once
 * per waiting connection, since an upgrade or a failover may have changed it; providers do not bill
 * it. What a server does not tell is taken for good.
 */
final class ServerCheck {

  /** The first whose RPOP takes a count. */
  private static final int[] LEAST = {6, 2};

  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private final Map<String, String> facts = new HashMap<>();

  private ServerCheck(String info) {
    info.lines()
        .map(line -> line.split(":", 2))
        .filter(fact -> fact.length == 2)
        .forEach(fact -> facts.put(fact[0], fact[1].strip()));
  }

  static ServerCheck of(String info) {
    return new ServerCheck(info);
  }

  /** Blocks until the server has answered. */
  static ServerCheck ask(RedisClusterAsyncCommands<byte[], byte[]> server) {
    try {
      return of(
          server
              .info()
              .toCompletableFuture()
              .orTimeout(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)
              .join());
    } catch (CompletionException e) {
      if (e.getCause() instanceof RedisCommandExecutionException) {
        // The user may not ask, or a proxy does not know the command.
        return of("");
      }
      throw e;
    }
  }

  /**
   * Why the engine does not work with this server; empty when it does.
   *
   * @param clustered whether the link leads into a cluster
   */
  Optional<String> refusal(boolean clustered) {
    String version = facts.get("redis_version");
    // Valkey began as Redis 7.2 and counts in its own way.
    if (version != null && !facts.containsKey("valkey_version") && isTooOld(version)) {
      return Optional.of(
          "this is Redis "
              + version
              + ", and the least version is 6.2; upgrade it (any version of Valkey will do as"
              + " well)");
    }
    if (!clustered && "cluster".equals(facts.get("redis_mode"))) {
      return Optional.of(
          "this Redis is a node of a cluster but was named as a single server; name the nodes of"
              + " the cluster (spring.data.redis.cluster.nodes, or all of them in REDIS_URL)");
    }
    return Optional.empty();
  }

  /** What an operator should hear although the engine works. */
  Optional<String> warning() {
    String policy = facts.get("maxmemory_policy");
    if (policy == null || policy.equals("noeviction")) {
      return Optional.empty();
    }
    return Optional.of(
        "maxmemory-policy is "
            + policy
            + ": a Redis that runs out of memory will delete jobs; set it to noeviction");
  }

  private static boolean isTooOld(String version) {
    String[] parts = version.split("[^0-9]+");
    for (int i = 0; i < LEAST.length; i++) {
      int part = i < parts.length && !parts[i].isEmpty() ? Integer.parseInt(parts[i]) : 0;
      if (part != LEAST[i]) {
        return part < LEAST[i];
      }
    }
    return false;
  }
}
