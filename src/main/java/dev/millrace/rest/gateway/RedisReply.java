package dev.millrace.rest.gateway;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/**
 * What Redis answered, with the differences that RESP2 makes: a null array is not a null string,
 * and an error may stand inside an array.
 */
public sealed interface RedisReply {

  /** The null bulk string. */
  RedisReply NULL = new Nothing(false);

  /** The null array. */
  RedisReply NULL_ARRAY = new Nothing(true);

  /** What most writes answer. */
  RedisReply OK = new Simple("OK".getBytes(StandardCharsets.US_ASCII));

  /** A string that the server made, such as {@code OK}. */
  record Simple(byte[] text) implements RedisReply {

    boolean is(RedisReply other) {
      return other instanceof Simple simple && Arrays.equals(text, simple.text);
    }

    @Override
    public String toString() {
      return new String(text, StandardCharsets.UTF_8);
    }
  }

  /** A string of any bytes. */
  record Bulk(byte[] bytes) implements RedisReply {}

  /** An integer. */
  record Whole(long value) implements RedisReply {}

  /**
   * Null.
   *
   * @param array whether it stands for an array
   */
  record Nothing(boolean array) implements RedisReply {}

  /**
   * An error.
   *
   * @param text begins with a word that says its kind, such as {@code ERR}
   */
  record Failure(String text) implements RedisReply {}

  /** Elements, in order. */
  record Many(List<RedisReply> elements) implements RedisReply {}

  /** The same from text that we made ourselves. */
  static RedisReply text(String text) {
    return new Bulk(text.getBytes(StandardCharsets.UTF_8));
  }
}
