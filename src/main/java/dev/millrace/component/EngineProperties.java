package dev.millrace.component;

import dev.millrace.queue.EngineOptions;
import dev.millrace.queue.EventMode;
import dev.millrace.queue.QueueKeys;
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
    @DefaultValue("false") boolean bullProducers) {

  EngineOptions options(String instance) {
    return new EngineOptions(
        prefix,
        instance,
        blockTimeout,
        stalledInterval,
        maxStalledCount,
        lateSweep,
        events,
        bullProducers);
  }
}
