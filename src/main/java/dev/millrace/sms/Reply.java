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

  private static final String GAP = "[\\s\\p{P}\\p{S}]*";

  private static final Pattern NUMBER_FIRST =
      Pattern.compile(GAP + "(\\d{1,3})" + GAP + "(\\p{L}*)" + GAP);

  /** Without NO: "No. 1" may be short for number one. */
  private static final Pattern WORD_FIRST =
      Pattern.compile(GAP + "(LATER|YES|OK)" + GAP + "(\\d{1,3})" + GAP);

  /** Empty where the text is none, or could mean two things. */
  static Optional<Reply> of(String text) {
    String words = Keyword.words(text);
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
}
