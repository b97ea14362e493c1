package dev.millrace.notification;

import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import org.springframework.stereotype.Component;

/** Counts messages by what became of them, and measures how late they leave. */
@Component
class MessageMeters {

  private final MeterRegistry meters;

  MessageMeters(MeterRegistry meters) {
    this.meters = meters;
  }

  void ended(String channel, String purpose, String state) {
    meters.counter("messages", "channel", channel, "purpose", purpose, "state", state).increment();
  }

  /**
   * @param delay from when the message might leave until it had left
   */
  void delay(String channel, String purpose, Duration delay) {
    meters.timer("messages.delay", "channel", channel, "purpose", purpose).record(delay);
  }
}
