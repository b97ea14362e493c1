package dev.millrace.sms;

import java.util.Locale;
import java.util.Optional;
import java.util.UUID;

/**
 * What Twilio says became of a message that we sent.
 *
 * @param message our own id, as the address of the callback has it; null = it has none. Twilio may
 *     report before we have stored its id
 * @param sid Twilio's id
 * @param status Twilio's word
 * @param code why it failed; null = nothing failed, or nobody knows why
 */
public record DeliveryReport(UUID message, String sid, String status, Integer code) {

  /**
   * Reads a status callback.
   *
   * @param message from the address; null = none
   */
  public static DeliveryReport of(SmsForm form, UUID message) {
    String code = form.text("ErrorCode").strip();
    return new DeliveryReport(
        message,
        form.text("MessageSid"),
        form.text("MessageStatus").strip().toLowerCase(Locale.ROOT),
        Optional.of(code)
            .filter(text -> text.matches("[0-9]{1,6}"))
            .map(Integer::valueOf)
            .filter(number -> number > 0)
            .orElse(null));
  }
}
