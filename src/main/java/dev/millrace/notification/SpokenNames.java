package dev.millrace.notification;

import java.util.Arrays;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Names of contacts without their numbers and addresses. Who has no name is called by the first of
 * these in the application, where only the user reads it; in messages they have no place.
 */
public final class SpokenNames {

  static final String NAMELESS = "a contact without a name";

  private static final Pattern POINT =
      Pattern.compile(
          "[^\\s,;<>()]+@[^\\s,;<>()]+|\\+?\\(?\\p{Nd}(?:[\\s().\\p{Pd}/]*\\p{Nd}){6,}");

  /** What is left of {@code Bob <bob@example.org>}. */
  private static final Pattern LEFT_OVER =
      Pattern.compile("[(<\\[]\\s*[)>\\]]|^[\\s,;:/-]+|[\\s,;:/-]+$");

  private SpokenNames() {}

  /** Names that are joined by commas; null stays null. */
  public static String of(String names) {
    return names == null
        ? null
        : Arrays.stream(names.split(", "))
            .map(SpokenNames::single)
            .collect(Collectors.joining(", "));
  }

  /** A text that was written about these contacts. */
  static String in(String text, String names) {
    String spoken = text;
    for (String name : names.split(", ")) {
      if (POINT.matcher(name).find()) {
        String single = single(name);
        spoken = spoken.replace(name, single.equals(NAMELESS) ? "this contact" : single);
      }
    }
    return spoken;
  }

  private static String single(String name) {
    String without = POINT.matcher(name).replaceAll("");
    if (without.equals(name)) {
      return name;
    }
    String rest = LEFT_OVER.matcher(without).replaceAll("").strip();
    return rest.codePoints().anyMatch(Character::isLetter) ? rest : NAMELESS;
  }
}
