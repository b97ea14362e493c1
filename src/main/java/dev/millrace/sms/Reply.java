package dev.millrace.sms;

import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An answer to a numbered suggestion.
 *
 * @param position its number
 */
record Reply(int position, Word word) {

  /** What is to be done with it. */
  enum Word {
    /** The number alone. */
    ACCEPT,
    NO,
    LATER,
    /** Also agrees to a time that was moved, once the user has seen it. */
    YES
  }

  private static final Map<String, Word> WORDS =
      Map.of(
          "", Word.ACCEPT,
          "NO", Word.NO,
          "N", Word.NO,
          "NOPE", Word.NO,
          "LATER", Word.LATER,
          "YES", Word.YES,
          "Y", Word.YES,
          "OK", Word.YES);

  /**
   * Signs that change no meaning. Others may: 1? asks, $1 is money. What is in doubt is asked back.
   */
  private static final String GAP =
      "[\\s\\p{M}\\p{Cf}.,:;()#!\"'\u2018\u2019\u201C\u201D\u2010-\u2015-]*";

  private static final Pattern THUMB_UP = Pattern.compile("\uD83D\uDC4D\\p{Sk}?|[\u2705\u2714]");
  private static final Pattern THUMB_DOWN = Pattern.compile("\uD83D\uDC4E\\p{Sk}?|[\u274C\u2716]");

  private static final Pattern NUMBER_FIRST =
      Pattern.compile(GAP + "(\\d{1,3})" + GAP + "(\\p{L}*)" + GAP);

  /** Without NO: "No. 1" may be short for number one. */
  private static final Pattern WORD_FIRST =
      Pattern.compile(GAP + "(LATER|YES|OK)" + GAP + "(\\d{1,3})" + GAP);

  /** Empty where the text is none, or could mean two things. */
  static Optional<Reply> of(String text) {
    String words = spelled(Keyword.words(text));
    Matcher number = NUMBER_FIRST.matcher(words);
    if (number.matches()) {
      return Optional.ofNullable(WORDS.get(number.group(2)))
          .map(word -> new Reply(Integer.parseInt(number.group(1)), word));
    }
    Matcher word = WORD_FIRST.matcher(words);
    return word.matches()
        ? Optional.of(new Reply(Integer.parseInt(word.group(2)), WORDS.get(word.group(1))))
        : Optional.empty();
  }

  private static String spelled(String words) {
    return THUMB_DOWN.matcher(THUMB_UP.matcher(words).replaceAll(" YES ")).replaceAll(" NO ");
  }
}
