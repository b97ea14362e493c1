package dev.millrace.consumption;

import dev.millrace.component.NamedQueues;
import dev.millrace.queue.ConsumptionMode;
import dev.millrace.setting.RefusedSetting;
import java.util.Optional;

/**
 * The mode that each queue begins in as configured: by {@code millrace.consumption.queues.<queue>
 * .mode}, else by its policy, else by {@code millrace.consumption.mode}, else by {@code
 * USE_BULLMQ}, the source system's name for the choice between pooled (true) and legacy (false);
 * else pooled.
 */
final class ConfiguredModes {

  private static final String SETTING = "millrace.consumption.";
  private static final String REMEDY =
      "Use pooled (two connections for all queues), legacy (three for each) or polling (one, for"
          + " hosts that forbid blocking commands).";

  private final ConsumptionProperties properties;
  private final ConsumptionMode ofAll;
  private final NamedQueues queues;

  /**
   * @param useBullMQ what {@code USE_BULLMQ} says; blank = nothing
   * @param queues tells their risk
   * @throws RefusedSetting when a setting names no mode
   */
  ConfiguredModes(ConsumptionProperties properties, String useBullMQ, NamedQueues queues) {
    this.queues = queues;
    this.properties = properties;
    properties.queues().keySet().forEach(this::ofQueue);
    Optional<ConsumptionMode> named = properties.ofAll().map(text -> parse(SETTING + "mode", text));
    Optional<ConsumptionMode> source = ofSource(useBullMQ == null ? "" : useBullMQ.strip());
    this.ofAll = named.or(() -> source).orElse(ConsumptionMode.POOLED);
  }

  /**
   * @param ofPolicy what the queue's policy says; null = nothing
   */
  ConsumptionMode of(String queue, ConsumptionMode ofPolicy) {
    return ofQueue(queue).orElse(ofPolicy == null ? ofAll : ofPolicy);
  }

  String risk(String queue) {
    return queues.get(queue).risk();
  }

  private Optional<ConsumptionMode> ofQueue(String queue) {
    return properties
        .ofQueue(queue)
        .map(text -> parse(SETTING + "queues." + queue + ".mode", text));
  }

  private static Optional<ConsumptionMode> ofSource(String useBullMQ) {
    return switch (useBullMQ.toLowerCase(java.util.Locale.ROOT)) {
      case "" -> Optional.empty();
      case "true" -> Optional.of(ConsumptionMode.POOLED);
      case "false" -> Optional.of(ConsumptionMode.LEGACY);
      default ->
          throw new RefusedSetting(
              "USE_BULLMQ is \"" + useBullMQ + "\".",
              "Set it to true (pooled) or false (legacy), or unset it and set"
                  + " millrace.consumption.mode.");
    };
  }

  private static ConsumptionMode parse(String setting, String value) {
    try {
      return ConsumptionMode.of(value);
    } catch (IllegalArgumentException e) {
      throw new RefusedSetting(setting + ": " + e.getMessage() + ".", REMEDY, e);
    }
  }
}
