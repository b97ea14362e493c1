package dev.millrace.sms;

/**
 * A text message from a phone.
 *
 * @param sid Twilio's id of it; a repeated message has the same
 * @param from E.164
 * @param text may be empty, as that of a picture is
 * @param optOut {@code STOP}, {@code START} or {@code HELP} where Twilio took it for that and has
 *     answered already; else empty
 */
public record InboundSms(String sid, String from, String text, String optOut) {

  /** Reads what Twilio posts to the webhook of a number. */
  public static InboundSms of(SmsForm form) {
    return new InboundSms(
        form.text("MessageSid"),
        form.text("From"),
        form.text("Body"),
        form.text("OptOutType").strip());
  }

  /** Keeps number and text out of logs. */
  @Override
  public String toString() {
    return "InboundSms[" + sid + "]";
  }
}
