package dev.millrace.rest.gateway;

import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.output.CommandOutput;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/** Takes down a reply as it comes, whatever its shape. */
final class ReplyOutput extends CommandOutput<byte[], byte[], RedisReply> {

  private static final RedisReply QUEUED =
      new RedisReply.Simple("QUEUED".getBytes(StandardCharsets.US_ASCII));

  private final Deque<List<RedisReply>> open = new ArrayDeque<>();
  private boolean put;
  private volatile boolean whole;

  ReplyOutput() {
    super(ByteArrayCodec.INSTANCE, null);
  }

  @Override
  public void set(ByteBuffer bytes) {
    put(bytes == null ? RedisReply.NULL : string(copy(bytes)));
  }

  @Override
  public void set(long integer) {
    put(new RedisReply.Whole(integer));
  }

  @Override
  public void setError(ByteBuffer text) {
    String decoded = decodeString(text);
    // At the top the client must see it as well: on a cluster it may be a redirection to follow.
    if (open.isEmpty()) {
      error = decoded;
    }
    put(new RedisReply.Failure(decoded));
  }

  @Override
  public void setError(String text) {
    error = text;
    if (text == null) {
      // The client follows a redirection, and another reply will come.
      output = null;
      open.clear();
      whole = false;
    }
  }

  @Override
  public void multi(int count) {
    if (count < 0) {
      put(RedisReply.NULL_ARRAY);
      return;
    }
    List<RedisReply> elements = new ArrayList<>(Math.min(count, 1024));
    put(new RedisReply.Many(elements));
    if (count > 0) {
      open.push(elements);
    }
  }

  /** Something has ended inside of so many lists. */
  @Override
  public void complete(int depth) {
    boolean list = open.size() > depth;
    while (open.size() > depth) {
      open.pop();
    }
    if (!list && !put) {
      // The one thing that the client under it keeps to itself.
      put(QUEUED);
    }
    put = false;
    whole = depth == 0;
  }

  /**
   * The reply; null until its last byte has come, which it never does when the connection breaks.
   */
  RedisReply reply() {
    return whole ? output : null;
  }

  private void put(RedisReply reply) {
    put = true;
    if (open.isEmpty()) {
      output = reply;
    } else {
      open.peek().add(reply);
    }
  }

  /** The client does not tell simple strings from others; OK hardly ever is another. */
  private static RedisReply string(byte[] bytes) {
    return bytes.length == 2 && bytes[0] == 'O' && bytes[1] == 'K'
        ? RedisReply.OK
        : new RedisReply.Bulk(bytes);
  }

  private static byte[] copy(ByteBuffer bytes) {
    byte[] copy = new byte[bytes.remaining()];
    bytes.get(copy);
    return copy;
  }
}
