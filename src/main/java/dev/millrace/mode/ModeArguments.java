package dev.millrace.mode;

import dev.millrace.setting.Spelling;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What the command line says.
 *
 * @param mode what to switch to; null = only list
 * @param queue which; null = all
 * @param canary only on the instance that is asked
 * @param url of the instance; empty = as this directory's settings say
 * @param settings of Millrace, as {@code --millrace.data-directory=…}
 */
record ModeArguments(
    String mode, String queue, boolean canary, Optional<String> url, List<String> settings) {

  static final String USAGE =
      """
      Usage: mode                   lists the queues
             mode <mode>            switches all queues to legacy, pooled or polling
             mode <mode> <queue>    switches one queue
             mode configured …      back to what is configured
      --canary                      only the instance that is asked, until its next start
      --url=http://localhost:8080   the instance; default: on this machine, on the configured port
      The token is MILLRACE_ADMIN_TOKEN, else the one in the data directory.""";

  private static final String CANARY = "--canary";
  private static final String URL = "--url=";

  /**
   * @throws IllegalArgumentException when the words make no sense; the message says which
   */
  static ModeArguments of(String... args) {
    List<String> words = new ArrayList<>();
    List<String> settings = new ArrayList<>();
    boolean canary = false;
    Optional<String> url = Optional.empty();
    for (String arg : args) {
      if (!arg.startsWith("-")) {
        words.add(arg);
      } else if (arg.equals(CANARY)) {
        canary = true;
      } else if (arg.startsWith(URL)) {
        url = Optional.of(arg.substring(URL.length()));
      } else if (arg.matches("--[^=]+\\.[^=]+=.*")) {
        settings.add(arg);
      } else {
        throw new IllegalArgumentException(unknown(arg));
      }
    }
    if (words.size() > 2) {
      throw new IllegalArgumentException(
          "\"" + words.get(2) + "\" is one word too many; a mode and a queue are all.");
    }
    if (words.isEmpty() && canary) {
      throw new IllegalArgumentException(CANARY + " needs a mode to switch to.");
    }
    return new ModeArguments(
        words.isEmpty() ? null : words.get(0),
        words.size() < 2 ? null : words.get(1),
        canary,
        url,
        settings);
  }

  private static String unknown(String option) {
    String name = option.replaceAll("=.*", "");
    return "Option \""
        + name
        + "\" is unknown"
        + Spelling.nearest(name, List.of(CANARY, "--url"))
            .map(near -> "; did you mean \"" + near + "\"?")
            .orElse(".");
  }
}
