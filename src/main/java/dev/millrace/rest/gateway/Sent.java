package dev.millrace.rest.gateway;

import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.protocol.AsyncCommand;
import io.lettuce.core.protocol.Command;
import io.lettuce.core.protocol.CommandArgs;
import io.lettuce.core.protocol.ProtocolKeyword;
import java.util.Locale;

/** A command on its way to Redis. */
final class Sent extends AsyncCommand<byte[], byte[], RedisReply> {

  private final ReplyOutput told;

  private Sent(Command<byte[], byte[], RedisReply> command, ReplyOutput told) {
    super(command);
    this.told = told;
  }

  /**
   * @param key which word is the first key, by which a cluster is asked at the right node; 0 = none
   */
  static Sent of(RedisCall call, int key) {
    CommandArgs<byte[], byte[]> arguments = new CommandArgs<>(ByteArrayCodec.INSTANCE);
    for (int i = 1; i < call.size(); i++) {
      if (i == key) {
        arguments.addKey(call.word(i));
      } else {
        arguments.add(call.word(i));
      }
    }
    // In small letters the client takes no command for one that it has plans of its own for.
    String name = call.name().toLowerCase(Locale.ROOT);
    ReplyOutput told = new ReplyOutput();
    return new Sent(new Command<>(new Word(call.word(0), name), told, arguments), told);
  }

  /** What Redis answered, an error included; null when it did not, or not to the end. */
  RedisReply reply() {
    return told.reply();
  }

  private record Word(byte[] bytes, String name) implements ProtocolKeyword {

    @Override
    public byte[] getBytes() {
      return bytes;
    }

    @Override
    public String toString() {
      return name;
    }
  }
}
