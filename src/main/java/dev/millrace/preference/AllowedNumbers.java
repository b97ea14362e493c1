package dev.millrace.preference;

import dev.millrace.setting.RefusedSetting;
import java.util.Arrays;
import java.util.List;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.stereotype.Component;

/** To which countries codes are sent; others' numbers may cost a lot, or earn somebody money. */
@Component
public class AllowedNumbers {

  private final List<String> prefixes;

  /**
   * @param prefixes {@code millrace.sms.allowed-prefixes}, such as {@code +1,+44}; empty = all
   * @throws RefusedSetting if one of them begins no number
   */
  AllowedNumbers(@Value("${millrace.sms.allowed-prefixes:}") String prefixes) {
    this.prefixes =
        Arrays.stream(prefixes.split(","))
            .map(String::strip)
            .filter(prefix -> !prefix.isEmpty())
            .map(AllowedNumbers::prefix)
            .toList();
  }

  public boolean allow(String e164) {
    return prefixes.isEmpty() || prefixes.stream().anyMatch(e164::startsWith);
  }

  /** Those that are allowed, as words; empty = all. */
  public String words() {
    return String.join(" or ", prefixes);
  }

  private static String prefix(String set) {
    // without quotes YAML takes +44 for a number
    String prefix = set.startsWith("+") ? set : "+" + set;
    if (!prefix.matches("\\+[1-9][0-9]{0,9}")) {
      throw new RefusedSetting(
          "millrace.sms.allowed-prefixes has \"" + set + "\", with which no phone number begins.",
          "Set it to country calling codes, such as \"+1,+44\", or leave it empty for all.");
    }
    return prefix;
  }
}
