package dev.millrace.component;

import dev.millrace.queue.CommandMeter;
import dev.millrace.queue.EngineListener;
import dev.millrace.queue.Job;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.Locale;
import java.util.function.Supplier;

/** The engine's own meters; none of them costs a Redis command. */
final class EngineMeters implements EngineListener {

  /**
   * The only strategy so far; a tag from the start, so that dashboards need no change when there
   * are more.
   */
  private static final String MODE = "pooled";

  private final MeterRegistry registry;

  EngineMeters(MeterRegistry registry) {
    this.registry = registry;
  }

  void bind(CommandMeter commands, Supplier<Number> openConnections) {
    FunctionCounter.builder("millrace.redis.commands", commands, CommandMeter::sent)
        .description("Commands that the queue engine sent")
        .tags("path", "tcp", "kind", "sent")
        .register(registry);
    FunctionCounter.builder("millrace.redis.commands", commands, CommandMeter::billed)
        .description("Commands that the queue engine sent, and calls made inside its scripts")
        .tags("path", "tcp", "kind", "billed")
        .register(registry);
    Gauge.builder("millrace.redis.connections", openConnections)
        .description("Open connections to Redis")
        .tag("mode", MODE)
        .register(registry);
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
            MODE)
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

  private Timer timer(String name, String description, Job job) {
    return Timer.builder(name)
        .description(description)
        .tag("queue", job.queue())
        .register(registry);
  }
}
