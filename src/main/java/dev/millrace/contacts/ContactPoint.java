package dev.millrace.contacts;

import java.util.Locale;
import java.util.regex.Pattern;

/**
 * A way to reach somebody, in the one form in which it is compared.
 *
 * @param kind {@code email} or {@code phone}
 * @param value lower-case address; number in E.164 where it can be read as one, else as written
 */
record ContactPoint(String kind, String value, boolean primary) {

  static final String EMAIL = "email";
  static final String PHONE = "phone";

  // longer ones reach nobody, and beyond some 2,700 bytes no index takes them
  private static final int LONGEST_EMAIL = 320;
  private static final int LONGEST_PHONE = 100;

  // spaces of all kinds, and the invisible marks that address books put around numbers
  private static final Pattern ORNAMENTS =
      Pattern.compile("[\\p{Z}\\p{Cf}\\s().\\-/\\u2010-\\u2015]");
  private static final Pattern E164 = Pattern.compile("\\+[1-9][0-9]{6,14}");

  /** Null where nothing is written, or more than 320 characters. */
  static ContactPoint email(String written, boolean primary) {
    String value = readable(written);
    return value == null || value.length() > LONGEST_EMAIL
        ? null
        : new ContactPoint(EMAIL, value.toLowerCase(Locale.ROOT), primary);
  }

  /** Null where nothing is written, or more than 100 characters. */
  static ContactPoint phone(String written, boolean primary) {
    String value = readable(written);
    if (value == null || value.length() > LONGEST_PHONE) {
      return null;
    }
    String plain = ORNAMENTS.matcher(value).replaceAll("");
    return new ContactPoint(PHONE, E164.matcher(plain).matches() ? plain : value, primary);
  }

  /** Without the null character, which PostgreSQL refuses in a text; null where nothing is left. */
  static String readable(String text) {
    String rest = text == null ? "" : text.replace("\u0000", "").strip();
    return rest.isEmpty() ? null : rest;
  }

  boolean sameAs(ContactPoint other) {
    return kind.equals(other.kind) && value.equals(other.value);
  }

  /** Whether it says who somebody is: a number that is none in E.164 may be many people's. */
  boolean identifies() {
    return kind.equals(EMAIL) || E164.matcher(value).matches();
  }

  /** How to call a person of whom nothing else is known. */
  String spoken() {
    return kind.equals(EMAIL) ? value.substring(0, Math.max(0, value.indexOf('@'))) : value;
  }
}
