package dev.millrace.sms;

import java.util.List;
import java.util.UUID;

/**
 * What became of a text message.
 *
 * @param outcome as it is counted
 * @param text what is answered; null = nothing
 * @param changed the user whose suggestions changed, if any did; also after a repeat, because the
 *     first time may have ended too early to tell
 */
public record SmsAnswer(String outcome, String text, List<UUID> changed) {

  static SmsAnswer of(String outcome, String text) {
    return new SmsAnswer(outcome, text, List.of());
  }

  /** Keeps names out of logs. */
  @Override
  public String toString() {
    return "SmsAnswer[" + outcome + "]";
  }
}
