package dev.millrace.ratelimit;

import java.util.regex.Pattern;

/** Brings the ways in which a phone number is written into one, that of E.164. */
public final class PhoneNumber {

  // Spaces of all kinds, and the invisible marks that address books put around numbers.
  private static final Pattern ORNAMENTS =
      Pattern.compile("[\\p{Z}\\p{Cf}\\s().\\-/\\u2010-\\u2015]");
  private static final Pattern E164 = Pattern.compile("\\+[1-9][0-9]{6,14}");

  private PhoneNumber() {}

  /**
   * Such as {@code +12025550123}.
   *
   * @throws RefusedCheck when it is none; the message does not have it
   */
  public static String normal(String written) {
    String number = ORNAMENTS.matcher(written == null ? "" : written).replaceAll("");
    if (number.startsWith("00")) {
      number = "+" + number.substring(2);
    }
    if (!E164.matcher(number).matches()) {
      throw new RefusedCheck(
          "The phone number is none that can be called from anywhere: write + and the country's"
              + " code first, then 7 to 15 digits in all.");
    }
    return number;
  }
}
