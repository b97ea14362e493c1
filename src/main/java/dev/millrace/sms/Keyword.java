package dev.millrace.sms;

import java.text.Normalizer;
import java.util.Locale;
import java.util.Set;

/** Words that networks give a meaning of their own. */
enum Keyword {
  STOP,
  START,
  HELP,
  NONE;

  private static final Set<String> STARTS = Set.of("START", "YES", "UNSTOP");
  private static final Set<String> HELPS = Set.of("HELP", "INFO");

  /** What Twilio took it for counts, because Twilio acts on that; else the text itself. */
  static Keyword of(InboundSms sms) {
    String text = words(sms.optOut().isEmpty() ? sms.text() : sms.optOut());
    if (StopWords.in(text)) {
      return STOP;
    }
    String bare = text.replaceAll("[^\\p{L}\\p{N}]", "");
    if (STARTS.contains(bare)) {
      return START;
    }
    return HELPS.contains(bare) ? HELP : NONE;
  }

  /** Whether the text is the word alone, which Twilio hears and answers by itself. */
  static boolean alone(String text) {
    String word = words(text);
    return StopWords.alone(word) || STARTS.contains(word) || HELPS.contains(word);
  }

  /**
   * In capitals, and with full-width letters, as some keyboards write them, in their usual form.
   */
  static String words(String text) {
    return Normalizer.normalize(text, Normalizer.Form.NFKC).toUpperCase(Locale.ROOT).strip();
  }
}
