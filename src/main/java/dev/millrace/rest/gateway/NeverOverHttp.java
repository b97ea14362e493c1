package dev.millrace.rest.gateway;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Commands that cannot work here, whatever the settings say: all requests share a connection, whose
 * state these would change or which they would hold up.
 */
final class NeverOverHttp {

  private static final Map<String, String> REASONS = new HashMap<>();

  static {
    because(
        "transactions are sent to /multi-exec as a whole",
        List.of("MULTI", "EXEC", "DISCARD", "WATCH", "UNWATCH"));
    because(
        "it would change the connection that all requests share",
        List.of(
            "AUTH",
            "HELLO",
            "CLIENT",
            "RESET",
            "QUIT",
            "READONLY",
            "READWRITE",
            "ASKING",
            "SYNC",
            "PSYNC",
            "REPLCONF",
            "SCRIPT|DEBUG"));
    because(
        "messages come as server-sent events, from /subscribe/CHANNEL, /psubscribe/PATTERN and"
            + " /monitor with the header Accept: text/event-stream",
        List.of(
            "SUBSCRIBE",
            "UNSUBSCRIBE",
            "PSUBSCRIBE",
            "PUNSUBSCRIBE",
            "SSUBSCRIBE",
            "SUNSUBSCRIBE",
            "MONITOR"));
    because(
        "it would block the connection that all requests share",
        List.of(
            "BLPOP",
            "BRPOP",
            "BRPOPLPUSH",
            "BLMOVE",
            "BLMPOP",
            "BZPOPMIN",
            "BZPOPMAX",
            "BZMPOP",
            "WAIT",
            "WAITAOF"));
  }

  // What an old server takes for a browser led astray, and hangs up on.
  static {
    because("it would close the connection that all requests share", List.of("POST", "HOST:"));
  }

  private NeverOverHttp() {}

  /**
   * Why this command cannot work.
   *
   * @param name in capitals, perhaps with its subcommand
   */
  static Optional<String> reason(String name) {
    return Optional.ofNullable(REASONS.get(name));
  }

  private static void because(String reason, List<String> names) {
    names.forEach(name -> REASONS.put(name, reason));
  }
}
