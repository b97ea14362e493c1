package dev.millrace.redis;

import io.lettuce.core.protocol.CommandEncoder;
import io.lettuce.core.protocol.CommandHandler;
import io.lettuce.core.resource.NettyCustomizer;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.function.Consumer;

/**
 * Makes a connection of Lettuce, which does not know {@code MONITOR}, show what the server
 * executes. Lettuce connects, with TLS and credentials; then what the server sends is taken before
 * Lettuce sees it.
 */
final class MonitorTap implements NettyCustomizer {

  private static final byte[] MONITOR =
      "*1\r\n$7\r\nMONITOR\r\n".getBytes(StandardCharsets.US_ASCII);

  private static final int LONGEST_LINE = 16 << 20;

  private final Consumer<byte[]> line;
  private final Consumer<Boolean> end;
  private volatile Channel channel;
  private volatile boolean open;

  /**
   * @param line is told each line but for the sign that it begins with; the first is {@code OK} or
   *     an error
   * @param end is told true when the connection was lost, false when a line was too long
   */
  MonitorTap(Consumer<byte[]> line, Consumer<Boolean> end) {
    this.line = line;
    this.end = end;
  }

  @Override
  public void afterChannelInitialized(Channel connected) {
    channel = connected;
    String reader = connected.pipeline().context(CommandHandler.class).name();
    connected.pipeline().addBefore(reader, "monitor", new Lines());
  }

  /** Asks for it; only once the connection is ready. */
  void begin() {
    open = true;
    // From this place on, so that Lettuce does not take it for a command of its own.
    channel.pipeline().context(CommandEncoder.class).writeAndFlush(Unpooled.wrappedBuffer(MONITOR));
  }

  private final class Lines extends ChannelInboundHandlerAdapter {

    private final ByteArrayOutputStream begun = new ByteArrayOutputStream();
    private boolean over;

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
      if (!open || !(message instanceof ByteBuf bytes)) {
        context.fireChannelRead(message);
        return;
      }
      try {
        while (!over && bytes.isReadable() && begun.size() <= LONGEST_LINE) {
          take(bytes.readByte());
        }
        if (begun.size() > LONGEST_LINE) {
          over = true;
          begun.reset();
          end.accept(false);
          context.close();
        }
      } finally {
        bytes.release();
      }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
      if (open && !over) {
        end.accept(true);
      }
      context.fireChannelInactive();
    }

    private void take(byte one) {
      if (one == '\n') {
        byte[] whole = begun.toByteArray();
        begun.reset();
        // Redis escapes control characters, so these signs are the protocol's own.
        line.accept(Arrays.copyOfRange(whole, 1, Math.max(1, whole.length - 1)));
      } else {
        begun.write(one);
      }
    }
  }
}
