package dev.millrace.queue;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The engine's Lua scripts, read from {@code scripts/*.lua} with their {@code --@include}s put in
 * place.
 */
enum Script {
  ADD,
  TURN,
  LOCKS,
  STALLED,
  LEAVE,
  PAUSE,
  PROMOTE,
  RESCHEDULE,
  REPRIORITIZE,
  RETRY,
  REQUEUE_ALL,
  REMOVE,
  REMOVE_CHILDREN,
  LEAVE_PARENT,
  DRAIN,
  CLEAN,
  OBLITERATE,
  NOTE,
  UNDEDUPLICATE,
  COUNTS,
  PAGE,
  STATE,
  LIMIT,
  DEAD_LETTERS,
  REPLAY,
  FLOW,
  SCHEDULE,
  ITERATE,
  ITERATE_BULL,
  UNSCHEDULE,
  SCHEDULERS;

  private static final Set<Script> FILLING =
      EnumSet.of(
          ADD,
          FLOW,
          PAUSE,
          PROMOTE,
          RESCHEDULE,
          RETRY,
          REQUEUE_ALL,
          REPLAY,
          SCHEDULE,
          ITERATE,
          ITERATE_BULL);

  private static final String INCLUDE = "(?m)^--@include (\\w+)$";

  private final String body = expand(read(name().toLowerCase(java.util.Locale.ROOT)));
  private final String digest = sha1(body);

  /** Whether it may make jobs ready or delayed, besides turns and looks for stalled jobs. */
  boolean fills() {
    return FILLING.contains(this);
  }

  byte[] body() {
    return body.getBytes(StandardCharsets.UTF_8);
  }

  /** What EVALSHA calls the script. */
  String digest() {
    return digest;
  }

  /**
   * The reply, if it can be one of a script: a list that begins with the number of calls.
   *
   * @throws IllegalStateException tells the reply
   */
  List<?> checked(Object reply) {
    if (reply instanceof List<?> list && !list.isEmpty() && list.get(0) instanceof Long) {
      return list;
    }
    throw new IllegalStateException(strange(reply));
  }

  /**
   * Reads a reply; one of an unknown form is told as it is.
   *
   * @throws IllegalStateException tells the reply
   */
  <T> T read(List<Object> reply, Function<List<Object>, T> reader) {
    try {
      return reader.apply(reply);
    } catch (ClassCastException | IndexOutOfBoundsException | NullPointerException e) {
      throw new IllegalStateException(strange(reply), e);
    }
  }

  private String strange(Object reply) {
    String text = String.valueOf(reply);
    return "script "
        + this
        + " answered what no Redis answers: "
        + text.substring(0, Math.min(text.length(), 200))
        + "; see what stands between Millrace and Redis";
  }

  private static String expand(String text) {
    Matcher include = Pattern.compile(INCLUDE).matcher(text);
    return include.replaceAll(found -> Matcher.quoteReplacement(read("include/" + found.group(1))));
  }

  private static String read(String name) {
    String path = "/scripts/" + name + ".lua";
    try (InputStream in = Script.class.getResourceAsStream(path)) {
      if (in == null) {
        throw new IllegalStateException("script " + path + " is missing from the class path");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException("script " + path + " cannot be read", e);
    }
  }

  private static String sha1(String text) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-1");
      return HexFormat.of().formatHex(digest.digest(text.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-1", e);
    }
  }
}
