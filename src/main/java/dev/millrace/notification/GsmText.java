package dev.millrace.notification;

import java.text.Normalizer;
import java.util.Map;

/**
 * Text messages as networks count them (3GPP TS 23.038): 160 septets a message, 153 in each of
 * several; one character outside the alphabet makes it UCS-2, with 70 and 67 units.
 */
public final class GsmText {

  /** Segments of the longest message that is sent. */
  public static final int MOST_SEGMENTS = 3;

  private static final String BASIC =
      "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
          + "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà";

  /** Each takes the place of two characters. */
  private static final String EXTENDED = "^{}\\[~]|€\f";

  private static final Map<Character, String> TYPOGRAPHIC =
      Map.ofEntries(
          Map.entry('\u2018', "'"),
          Map.entry('\u2019', "'"),
          Map.entry('\u201a', "'"),
          Map.entry('\u201b', "'"),
          Map.entry('\u2032', "'"),
          Map.entry('`', "'"),
          Map.entry('\u00b4', "'"),
          Map.entry('\u201c', "\""),
          Map.entry('\u201d', "\""),
          Map.entry('\u201e', "\""),
          Map.entry('\u2033', "\""),
          Map.entry('\u00ab', "\""),
          Map.entry('\u00bb', "\""),
          Map.entry('\u2010', "-"),
          Map.entry('\u2011', "-"),
          Map.entry('\u2012', "-"),
          Map.entry('\u2013', "-"),
          Map.entry('\u2014', "-"),
          Map.entry('\u2015', "-"),
          Map.entry('\u2212', "-"),
          Map.entry('\u2026', "..."),
          Map.entry('\u2022', "-"),
          Map.entry('\u00b7', "-"),
          Map.entry('\t', " "),
          Map.entry('\u00a0', " "),
          Map.entry('\u2007', " "),
          Map.entry('\u2009', " "),
          Map.entry('\u202f', " "),
          Map.entry('\u200b', ""),
          Map.entry('\u200e', ""),
          Map.entry('\u200f', ""),
          Map.entry('\ufeff', ""));

  private GsmText() {}

  /** Whether every character has a place in the alphabet of seven bits. */
  public static boolean isGsm(String text) {
    return text.chars().allMatch(c -> BASIC.indexOf(c) >= 0 || EXTENDED.indexOf(c) >= 0);
  }

  /** As how many messages a network carries the text; 0 for none. */
  public static int segments(String text) {
    if (!isGsm(text)) {
      return segments(text.length(), 70, 67);
    }
    int doubled = (int) text.chars().filter(c -> EXTENDED.indexOf(c) >= 0).count();
    return segments(text.length() + doubled, 160, 153);
  }

  /** Whether the text goes into three segments, in whichever alphabet it needs. */
  public static boolean fits(String text) {
    return segments(text) <= MOST_SEGMENTS;
  }

  /**
   * The text with typographic quotes, dashes, dots and spaces in their plain forms, so that one of
   * them does not triple the price of the message. Letters stay, each as one character: keyboards
   * and address books write some as a letter and an accent, which no alphabet of networks has.
   */
  public static String plain(String text) {
    StringBuilder plain = new StringBuilder(text.length());
    for (char c : Normalizer.normalize(text, Normalizer.Form.NFC).toCharArray()) {
      plain.append(TYPOGRAPHIC.getOrDefault(c, String.valueOf(c)));
    }
    return plain.toString();
  }

  private static int segments(int length, int alone, int joined) {
    if (length == 0) {
      return 0;
    }
    return length <= alone ? 1 : (length + joined - 1) / joined;
  }
}
