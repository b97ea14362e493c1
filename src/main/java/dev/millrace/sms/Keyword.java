package dev.millrace.sms;

import java.text.Normalizer;
import java.util.Locale;
import java.util.Set;

/** Words that networks give a meaning of their own; only where they are all of the text. */
enum Keyword {
  STOP,
  START,
  HELP,
  NONE;

  private static final Set<String> STOPS =
      Set.of("STOP", "STOPALL", "UNSUBSCRIBE", "CANCEL", "END", "QUIT", "OPTOUT", "REVOKE");
  private static final Set<String> STARTS = Set.of("START", "YES", "UNSTOP");
  private static final Set<String> HELPS = Set.of("HELP", "INFO");

  /** What Twilio took it for counts, because Twilio acts on that; else the word itself. */
  static Keyword of(InboundSms sms) {
    String word = sms.optOut().isEmpty() ? sms.text() : sms.optOut();
    String bare = words(word).replaceAll("[^\\p{L}\\p{N}]", "");
    if (STOPS.contains(bare)) {
      return STOP;
    }
    if (STARTS.contains(bare)) {
      return START;
    }
    return HELPS.contains(bare) ? HELP : NONE;
  }

  /**
   * In capitals, and with full-width letters, as some keyboards write them, in their usual form.
   */
  static String words(String text) {
    return Normalizer.normalize(text, Normalizer.Form.NFKC).toUpperCase(Locale.ROOT).strip();
  }
}
