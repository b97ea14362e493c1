package dev.millrace.notification;

/** What text messages end with. */
final class SmsWords {

  static final String REPLY = " Reply 1, 1 NO or 1 LATER.";
  static final String STOP = " Reply STOP to opt out.";

  private SmsWords() {}

  /** The text for who cannot reply to it. */
  static String withoutReplies(String text) {
    return text.replace(REPLY, "").replace(STOP, "");
  }
}
