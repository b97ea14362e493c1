package dev.millrace.consumption;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;

/**
 * {@code millrace.consumption.switch}, a timer of all switches, and {@code
 * millrace.consumption.carried}, the jobs that ran meanwhile.
 */
record SwitchMeters(MeterRegistry registry) {

  void count(ConsumptionSwitched done) {
    Timer.builder("millrace.consumption.switch")
        .description("Switches of a queue to another mode of consumption")
        .tag("queue", done.queue())
        .tag("from", done.from().text())
        .tag("to", done.to().text())
        .tag("outcome", done.failure() == null ? "switched" : "back")
        .register(registry)
        .record(done.took());
    registry
        .counter("millrace.consumption.carried", "queue", done.queue())
        .increment(done.carried());
  }
}
