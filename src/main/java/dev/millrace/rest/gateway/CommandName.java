package dev.millrace.rest.gateway;

import dev.millrace.setting.RefusedSetting;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/** The name of a command or of a category of the ACL, as settings have it. */
final class CommandName {

  private static final Pattern COMMAND = Pattern.compile("[A-Z0-9_.-]+(\\|[A-Z0-9_.-]+)?");

  /** Of all versions of Redis, with the modules that come with it. */
  private static final Set<String> CATEGORIES =
      Set.of(
          "@keyspace",
          "@read",
          "@write",
          "@set",
          "@sortedset",
          "@list",
          "@hash",
          "@string",
          "@bitmap",
          "@hyperloglog",
          "@geo",
          "@stream",
          "@pubsub",
          "@admin",
          "@fast",
          "@slow",
          "@blocking",
          "@dangerous",
          "@connection",
          "@transaction",
          "@scripting",
          "@bloom",
          "@cuckoo",
          "@cms",
          "@topk",
          "@tdigest",
          "@search",
          "@timeseries",
          "@json",
          "@vectorset");

  private CommandName() {}

  /**
   * The name as rules compare it.
   *
   * @param setting where it stands, for example {@code pass}
   * @throws RefusedSetting when it can name nothing
   */
  static String of(String setting, String name) {
    String trimmed = name.strip();
    if (trimmed.startsWith("@")) {
      String category = trimmed.toLowerCase(Locale.ROOT);
      if (CATEGORIES.contains(category)) {
        return category;
      }
    } else {
      String command = trimmed.toUpperCase(Locale.ROOT);
      if (COMMAND.matcher(command).matches()) {
        return command;
      }
    }
    throw new RefusedSetting(
        "millrace.gateway." + setting + " names \"" + name + "\", which is no command.",
        "Name a command such as FLUSHDB, a subcommand such as SCRIPT|FLUSH, or a category of"
            + " Redis' ACL such as @read.");
  }
}
