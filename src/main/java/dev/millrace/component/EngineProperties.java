package dev.millrace.component;

import dev.millrace.queue.EngineOptions;
import dev.millrace.queue.EventMode;
import dev.millrace.queue.QueueKeys;
import dev.millrace.setting.RefusedSetting;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Settings {@code millrace.engine.*}; their meaning, units and defaults are those of {@link
 * EngineOptions}.
 */
@ConfigurationProperties("millrace.engine")
public record EngineProperties(
    @DefaultValue(QueueKeys.DEFAULT_PREFIX) String prefix,
    @DefaultValue("5m") Duration blockTimeout,
    @DefaultValue("30s") Duration stalledInterval,
    @DefaultValue("1") int maxStalledCount,
    @DefaultValue("3h") Duration lateSweep,
    @DefaultValue("full") EventMode events,
    @DefaultValue("false") boolean bullProducers,
    @DefaultValue("20s") Duration pollInterval) {

  /**
   * On a cluster, all keys that a script touches must be on one node.
   *
   * @throws RefusedSetting when the prefix does not see to that
   */
  void requireHashTag() {
    if (!QueueKeys.hasHashTag(prefix)) {
      throw new RefusedSetting(
          "millrace.engine.prefix is \""
              + prefix
              + "\", which has no hash tag, and Redis is a cluster: it would keep the keys of one"
              + " queue on different nodes, where no script can touch them together.",
          "Set millrace.engine.prefix to \"%1$s\", and give all other clients of the queues the same prefix; in Node: new Queue(name, { prefix: '%1$s', … })."
              .formatted(QueueKeys.withHashTag(prefix)));
    }
  }

  EngineOptions options(String instance) {
    return new EngineOptions(
        prefix,
        instance,
        blockTimeout,
        stalledInterval,
        maxStalledCount,
        lateSweep,
        events,
        bullProducers,
        pollInterval);
  }
}
