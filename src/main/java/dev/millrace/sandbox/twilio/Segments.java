package dev.millrace.sandbox.twilio;

/** How many parts a text is billed as: GSM-7 if every character has a place in it, else UCS-2. */
final class Segments {

  private static final String BASIC =
      "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
          + "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà";
  private static final String EXTENDED = "^{}\\[~]|€\f";

  private Segments() {}

  static int of(String text) {
    int septets = 0;
    for (char c : text.toCharArray()) {
      if (BASIC.indexOf(c) >= 0) {
        septets++;
      } else if (EXTENDED.indexOf(c) >= 0) {
        septets += 2;
      } else {
        return parts(text.length(), 70, 67);
      }
    }
    return parts(septets, 160, 153);
  }

  private static int parts(int length, int alone, int joined) {
    return length <= alone ? 1 : (length + joined - 1) / joined;
  }
}
