package dev.millrace.component;

import dev.millrace.queue.CommandMeter;
import dev.millrace.queue.ConsumptionMode;
import dev.millrace.queue.EngineListener;
import dev.millrace.queue.Job;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.Collection;
import java.util.Collections;
import java.util.Locale;
import java.util.Map;
import java.util.function.Supplier;

/** The engine's own meters; none of them costs a Redis command. */
final class EngineMeters implements EngineListener {

  private final MeterRegistry registry;
  private volatile Supplier<Map<String, ConsumptionMode>> modes = Map::of;

  EngineMeters(MeterRegistry registry) {
    this.registry = registry;
  }

  /**
   * @param modes in which each queue is consumed
   */
  void bind(
      CommandMeter commands,
      Supplier<Number> openConnections,
      Supplier<Map<String, ConsumptionMode>> modes) {
    this.modes = modes;
    FunctionCounter.builder("millrace.redis.commands", commands, CommandMeter::sent)
        .description("Commands that the queue engine sent")
        .tags("path", "tcp", "kind", "sent")
        .register(registry);
    FunctionCounter.builder("millrace.redis.commands", commands, CommandMeter::billed)
        .description("Commands that the queue engine sent, and calls made inside its scripts")
        .tags("path", "tcp", "kind", "billed")
        .register(registry);
    for (ConsumptionMode mode : ConsumptionMode.values()) {
      Gauge.builder(
              "millrace.redis.connections",
              () -> connections(mode, modes.get().values(), openConnections.get().intValue()))
          .description("Open connections to Redis, by the mode that needs them")
          .tag("mode", mode.text())
          .register(registry);
    }
  }

  /**
   * Three for each legacy queue; the rest serves all others together, and is what the first of
   * pooled, polling and legacy needs that any queue is in.
   */
  static int connections(
      ConsumptionMode mode, Collection<ConsumptionMode> queues, int openConnections) {
    int legacy =
        Math.min(3 * Collections.frequency(queues, ConsumptionMode.LEGACY), openConnections);
    ConsumptionMode shared =
        queues.isEmpty() || queues.contains(ConsumptionMode.POOLED)
            ? ConsumptionMode.POOLED
            : queues.contains(ConsumptionMode.POLLING)
                ? ConsumptionMode.POLLING
                : ConsumptionMode.LEGACY;
    return (mode == ConsumptionMode.LEGACY ? legacy : 0)
        + (mode == shared ? openConnections - legacy : 0);
  }

  @Override
  public void started(Job job, Duration waited) {
    timer("millrace.job.wait", "From when a job could have run until it ran", job).record(waited);
  }

  @Override
  public void ended(Job job, Outcome outcome, Duration ran) {
    registry
        .counter(
            "millrace.jobs",
            "queue",
            job.queue(),
            "outcome",
            outcome.name().toLowerCase(Locale.ROOT),
            "mode",
            mode(job.queue()))
        .increment();
    timer("millrace.job.duration", "How long a run took", job).record(ran);
  }

  @Override
  public void stalled(String queue, int jobs) {
    registry.counter("millrace.jobs.stalled", "queue", queue).increment(jobs);
  }

  @Override
  public void broken(String queue, String jobId, String reason) {
    registry.counter("millrace.jobs.broken", "queue", queue).increment();
  }

  @Override
  public void schedulingFailed(String queue, String scheduler, Throwable failure) {
    registry.counter("millrace.scheduling.failures", "queue", queue).increment();
  }

  @Override
  public void redisFailed(Throwable failure) {
    registry
        .counter("millrace.redis.failures", "kind", failure.getClass().getSimpleName())
        .increment();
  }

  private String mode(String queue) {
    return modes.get().getOrDefault(queue, ConsumptionMode.POOLED).text();
  }

  private Timer timer(String name, String description, Job job) {
    return Timer.builder(name)
        .description(description)
        .tag("queue", job.queue())
        .register(registry);
  }
}
