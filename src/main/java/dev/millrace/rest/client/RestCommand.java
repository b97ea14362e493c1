package dev.millrace.rest.client;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * One command for Redis.
 *
 * @param name such as {@code GET}; of two words, such as {@code SCRIPT LOAD}, the first
 * @param arguments each a {@link String}, a {@link Number} or a {@code byte[]}. Bytes that are no
 *     UTF-8 travel as the body of a request of their own, so a command can have one such argument,
 *     and only outside of pipelines and transactions.
 * @param repeatable whether sending it twice leaves Redis as sending it once does, so that it may
 *     be sent again when the answer was lost
 */
public record RestCommand(String name, List<Object> arguments, boolean repeatable) {

  // Reads, and writes that name the state that they leave.
  private static final Set<String> REPEATABLE =
      Set.of(
          "PING",
          "ECHO",
          "GET",
          "MGET",
          "EXISTS",
          "TTL",
          "PTTL",
          "TYPE",
          "STRLEN",
          "GETRANGE",
          "HGET",
          "HMGET",
          "HGETALL",
          "HEXISTS",
          "HLEN",
          "HKEYS",
          "HVALS",
          "SMEMBERS",
          "SISMEMBER",
          "SCARD",
          "ZCARD",
          "ZCOUNT",
          "ZSCORE",
          "ZRANGE",
          "ZRANK",
          "LLEN",
          "LRANGE",
          "LINDEX",
          "DBSIZE",
          "TIME",
          "DEL",
          "UNLINK",
          "MSET",
          "SETEX",
          "PSETEX",
          "EXPIREAT",
          "PEXPIREAT",
          "ZREMRANGEBYSCORE");

  public RestCommand {
    for (Object argument : arguments) {
      if (!(argument instanceof String
          || argument instanceof Number
          || argument instanceof byte[])) {
        throw new IllegalArgumentException(
            "An argument of "
                + name
                + " is "
                + (argument == null ? "null" : "a " + argument.getClass().getName())
                + "; arguments are strings, numbers and bytes.");
      }
    }
    if (arguments.stream().anyMatch(RestCommand::isBroken)) {
      throw new IllegalArgumentException(
          "An argument of " + name + " has half of a surrogate pair, which no UTF-8 can carry.");
    }
    arguments = List.copyOf(arguments);
  }

  /**
   * A command that is repeatable if its name says so: reads, and writes such as DEL. A {@code SET}
   * is when it has no condition and answers nothing of before.
   *
   * @throws IllegalArgumentException when an argument is neither string, number nor bytes
   */
  public static RestCommand of(String name, Object... arguments) {
    String upper = name.toUpperCase(Locale.ROOT);
    List<Object> given = new ArrayList<>(arguments.length);
    for (Object argument : arguments) {
      given.add(argument);
    }
    return new RestCommand(
        upper, given, REPEATABLE.contains(upper) || upper.equals("SET") && isPlain(given));
  }

  /** About how many bytes it is in a request: enough to keep one from growing too large. */
  int size() {
    int size = name.length();
    for (Object argument : arguments) {
      size += argument instanceof byte[] bytes ? bytes.length : argument.toString().length();
    }
    return size;
  }

  /** Only the name: arguments are users' data. */
  @Override
  public String toString() {
    return name;
  }

  private static boolean isBroken(Object argument) {
    return argument instanceof String text && !StandardCharsets.UTF_8.newEncoder().canEncode(text);
  }

  private static boolean isPlain(List<Object> arguments) {
    return arguments.stream()
        .skip(2)
        .noneMatch(option -> option instanceof String word && word.matches("(?i)NX|XX|GET|IF.*"));
  }
}
