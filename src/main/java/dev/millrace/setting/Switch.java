package dev.millrace.setting;

/** Reads settings that are on or off, where a word misunderstood would open a door. */
public final class Switch {

  private Switch() {}

  /**
   * Whether it is on.
   *
   * @param value {@code true} or {@code false}; null or blank = off
   * @throws RefusedSetting when it is another word
   */
  public static boolean isOn(String name, String value) {
    String word = value == null ? "" : value.strip();
    boolean on = word.equalsIgnoreCase("true");
    if (!on && !word.isEmpty() && !word.equalsIgnoreCase("false")) {
      throw new RefusedSetting(
          name + " is \"" + word + "\", which is neither true nor false.",
          "Set it to true or false, or leave it out, which is false.");
    }
    return on;
  }
}
