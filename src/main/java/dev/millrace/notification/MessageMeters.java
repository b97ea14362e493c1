package dev.millrace.notification;

import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import org.springframework.stereotype.Component;

/** Counts messages by what became of them and calls by their answers, and measures delays. */
@Component
public class MessageMeters {

  static final String TWILIO = "twilio";
  static final String SMTP = "smtp";

  /** In place of an answer's code: none came. */
  static final String NO_ANSWER = "io";

  private final MeterRegistry meters;

  MessageMeters(MeterRegistry meters) {
    this.meters = meters;
  }

  /** A message came into a state in which it stays, or of which only others can tell more. */
  public void ended(String channel, String purpose, String state) {
    meters.counter("messages", "channel", channel, "purpose", purpose, "state", state).increment();
  }

  /**
   * A message left.
   *
   * @param delay from when it might leave until it had left
   */
  public void left(String channel, String purpose, Duration delay) {
    ended(channel, purpose, "sent");
    meters.timer("messages.delay", "channel", channel, "purpose", purpose).record(delay);
  }

  /** A message was not sent now, or not found, and stays in the outbox. */
  void putOff(String reason) {
    meters.counter("messages.put.off", "reason", reason).increment();
  }

  /**
   * @param code of the answer, or {@link #NO_ANSWER}
   */
  void call(String service, String code) {
    meters.counter("external.calls", "service", service, "code", code).increment();
  }
}
