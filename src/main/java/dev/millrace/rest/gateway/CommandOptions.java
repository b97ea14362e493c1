package dev.millrace.rest.gateway;

import java.util.Optional;

/**
 * Arguments that cannot work here, in commands that can. They are read as Redis reads them: options
 * in any order and in small letters or large, and each word only up to its first zero byte.
 */
final class CommandOptions {

  private static final String ONE_DATABASE = "there is only database 0";

  private CommandOptions() {}

  /** Why the command cannot work with these arguments; empty when it can. */
  static Optional<String> reason(RedisCall call) {
    String reason =
        switch (call.name()) {
          case "XREAD", "XREADGROUP" -> streamRead(call);
          case "SELECT" -> call.upper(1).equals("0") ? null : ONE_DATABASE;
          case "MOVE" -> ONE_DATABASE;
          case "COPY" -> copy(call);
          default -> null;
        };
    return Optional.ofNullable(reason);
  }

  /** Why a subcommand cannot be told; empty when it can. */
  static Optional<String> subcommandReason(RedisCall call) {
    return call.upper(1).indexOf('\0') < 0
        ? Optional.empty()
        : Optional.of("its subcommand has a zero byte");
  }

  /** The word {@code STREAMS} that the keys follow; the number of words when there is none. */
  static int streams(RedisCall call) {
    int i = 1;
    while (i < call.size() && !call.upper(i).equals("STREAMS")) {
      i += 1 + Math.max(0, arguments(call.upper(i)));
    }
    return Math.min(i, call.size());
  }

  private static String streamRead(RedisCall call) {
    int end = streams(call);
    int i = 1;
    while (i < end) {
      int arguments = arguments(call.upper(i));
      if (arguments < 0) {
        return "word " + i + " is none of its options";
      }
      if (call.upper(i).equals("BLOCK")) {
        return "the option BLOCK would block the connection that all requests share";
      }
      i += 1 + arguments;
    }
    return null;
  }

  /** How many words belong to an option of a read of streams; -1 when there is no such option. */
  private static int arguments(String option) {
    return switch (option) {
      case "NOACK" -> 0;
      case "BLOCK", "COUNT", "CLAIM" -> 1;
      case "GROUP" -> 2;
      default -> -1;
    };
  }

  private static String copy(RedisCall call) {
    for (int i = 3; i < call.size(); i++) {
      if (!call.upper(i).equals("REPLACE")) {
        return ONE_DATABASE + ", and REPLACE is the only option";
      }
    }
    return null;
  }
}
