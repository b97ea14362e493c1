package dev.millrace.sms;

/**
 * A genuine text message, before anything is done for it.
 *
 * @param sender null where the number is nobody's
 * @param keyword the word that networks know, if it is one
 * @param before what the same message was answered earlier; null = it is new
 */
public record Heard(InboundSms sms, SmsSender sender, Keyword keyword, SmsAnswer before) {

  /** Whether it comes from a verified phone. */
  public boolean known() {
    return sender != null;
  }

  /** Whether Twilio has delivered it before. */
  public boolean repeated() {
    return before != null;
  }

  /** Whether it is about getting text messages at all. */
  public boolean opting() {
    return keyword == Keyword.STOP || keyword == Keyword.START;
  }
}
