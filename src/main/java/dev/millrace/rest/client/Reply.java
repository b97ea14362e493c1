package dev.millrace.rest.client;

import dev.millrace.rest.client.RestRedisException.Kind;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/**
 * What Redis answered to one command. Strings stay the strings that Redis holds: nothing is taken
 * for a number or for JSON.
 */
public final class Reply {

  private static final Reply NULL = new Reply("", null, null);

  private final String command;
  private final Object value;
  private final RestRedisException error;

  private Reply(String command, Object value, RestRedisException error) {
    this.command = command;
    this.value = value;
    this.error = error;
  }

  static Reply nothing() {
    return NULL;
  }

  /**
   * @param value {@code byte[]}, {@link Long}, {@link List} of replies, or null
   */
  static Reply of(String command, Object value) {
    return new Reply(command, value, null);
  }

  static Reply failed(RestRedisException error) {
    return new Reply(error.command(), null, error);
  }

  /** Why this command of a pipeline or transaction was refused, if it was. */
  public Optional<RestRedisException> error() {
    return Optional.ofNullable(error);
  }

  /**
   * Whether there is nothing, such as after {@code GET} of a key that is not there.
   *
   * @throws RestRedisException when the command was refused, as from all methods below
   */
  public boolean isNull() {
    return value() == null;
  }

  /** A string, whose bytes are read as UTF-8; null when there is nothing. */
  public String text() {
    byte[] bytes = bytes();
    return bytes == null ? null : new String(bytes, StandardCharsets.UTF_8);
  }

  /** A string's bytes as Redis holds them; null when there is nothing. */
  public byte[] bytes() {
    return as(byte[].class, "a string");
  }

  /** An integer; of a string, nothing is guessed. */
  public long integer() {
    Long number = as(Long.class, "an integer");
    if (number == null) {
      throw unexpected("an integer");
    }
    return number;
  }

  /** The elements of an array; null when there is nothing. */
  @SuppressWarnings("unchecked")
  public List<Reply> list() {
    return as(List.class, "an array");
  }

  /** Only what kind of answer it is: values are users' data. */
  @Override
  public String toString() {
    return command + " → " + (error == null ? kind() : error.kind());
  }

  private Object value() {
    if (error != null) {
      throw error;
    }
    return value;
  }

  private <T> T as(Class<T> type, String wanted) {
    Object found = value();
    if (found != null && !type.isInstance(found)) {
      throw unexpected(wanted);
    }
    return type.cast(found);
  }

  private RestRedisException unexpected(String wanted) {
    return new RestRedisException(
        Kind.MALFORMED, command, "the answer is " + kind() + " instead of " + wanted, null);
  }

  private String kind() {
    if (value == null) {
      return "null";
    }
    return value instanceof byte[] ? "a string" : value instanceof Long ? "an integer" : "an array";
  }
}
