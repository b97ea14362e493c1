package dev.millrace.sms;

import java.util.Arrays;
import java.util.List;
import java.util.Set;

/**
 * Words by which people stop text messages. Networks know the words alone; the law (47 CFR
 * 64.1200(a)(10)) wants any reasonable wording heard.
 */
final class StopWords {

  private static final Set<String> ALONE =
      Set.of("STOP", "STOPALL", "UNSUBSCRIBE", "CANCEL", "END", "QUIT", "OPTOUT", "REVOKE");

  /** Those that can hardly begin a sentence about anything else. */
  private static final Set<String> FIRST =
      Set.of("STOP", "STOPALL", "UNSUBSCRIBE", "OPTOUT", "REVOKE");

  private static final Set<String> POLITE =
      Set.of(
          ("PLEASE PLS PLZ KINDLY JUST NOW IMMEDIATELY HI HELLO HEY THANKS THANK YOU YOUR CAN COULD"
                  + " WOULD WILL I WANT WISH LIKE TO ME MY US THE THESE THIS THOSE IT ALL ANY MORE"
                  + " TEXT TEXTS TEXTING MESSAGE MESSAGES MESSAGING SENDING SEND SMS FROM OF AND"
                  + " SUBSCRIPTION SERVICE CONSENT MILLRACE")
              .split(" "));

  private static final Set<String> PHRASES =
      Set.of(
          "NO MORE TEXTS",
          "NO MORE MESSAGES",
          "DO NOT TEXT ME",
          "DONT TEXT ME",
          "DO NOT MESSAGE ME",
          "DONT MESSAGE ME",
          "LEAVE ME ALONE",
          "REMOVE ME",
          "TAKE ME OFF",
          "OPT ME OUT");

  private StopWords() {}

  /**
   * Whether it is one of the words that networks hear by themselves.
   *
   * @param text in capitals
   */
  static boolean alone(String text) {
    return ALONE.contains(text);
  }

  /**
   * Whether it says stop: a word alone, one with nothing but polite ones around it, or a text that
   * begins with one.
   *
   * @param text in capitals
   */
  static boolean in(String text) {
    if (ALONE.contains(text.replaceAll("[^\\p{L}\\p{N}]", ""))) {
      return true;
    }
    List<String> words =
        Arrays.stream(
                text.replaceAll("['\u2019]", "")
                    .replaceAll("[^\\p{L}\\p{N}]+", " ")
                    .strip()
                    .replaceAll("\\bOPT OUT\\b", "OPTOUT")
                    .split(" "))
            .toList();
    List<String> meant = words.stream().filter(word -> !POLITE.contains(word)).toList();
    return FIRST.contains(words.getFirst())
        || (!meant.isEmpty() && ALONE.containsAll(meant))
        || PHRASES.contains(String.join(" ", words).replaceAll("^PLEASE | PLEASE$", ""));
  }
}
