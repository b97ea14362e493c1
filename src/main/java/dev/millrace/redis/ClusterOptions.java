package dev.millrace.redis;

import io.lettuce.core.cluster.ClusterClientOptions;
import io.lettuce.core.cluster.ClusterTopologyRefreshOptions;
import io.lettuce.core.cluster.models.partitions.RedisClusterNode;
import io.lettuce.core.cluster.models.partitions.RedisClusterNode.NodeFlag;
import java.time.Duration;

/** How a client follows the changes of a cluster. */
public final class ClusterOptions {

  /** One question after a burst of hints; a failover takes the cluster itself longer than this. */
  private static final Duration BETWEEN_REFRESHES = Duration.ofSeconds(1);

  /** Lettuce waits longer before each attempt; the third comes within some seconds. */
  private static final int RECONNECTS_UNTIL_REFRESH = 3;

  private ClusterOptions() {}

  /**
   * Asks the cluster who owns what whenever a redirection or a lost node hints at a change; Lettuce
   * by itself would take the redirection anew with each command, and wait for the lost node.
   *
   * @param period how often to ask without any hint as well; null is never, which is enough
   */
  public static ClusterClientOptions.Builder following(
      ClusterClientOptions.Builder options, Duration period) {
    var refresh =
        ClusterTopologyRefreshOptions.builder()
            .enableAllAdaptiveRefreshTriggers()
            .adaptiveRefreshTriggersTimeout(BETWEEN_REFRESHES)
            .refreshTriggersReconnectAttempts(RECONNECTS_UNTIL_REFRESH);
    if (period != null) {
      refresh.enablePeriodicRefresh(period);
    }
    return options.topologyRefreshOptions(refresh.build()).nodeFilter(ClusterOptions::isUsable);
  }

  /** What was sent to a node that all others call dead must fail now and be sent to its heir. */
  private static boolean isUsable(RedisClusterNode node) {
    return !node.is(NodeFlag.FAIL) && !node.is(NodeFlag.NOADDR) && !node.is(NodeFlag.HANDSHAKE);
  }
}
