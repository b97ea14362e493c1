package dev.millrace.rest.gateway;

import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Server-sent events for one client. They wait in a bounded queue until the client has taken those
 * before; one that falls behind for good is cut off rather than remembered.
 */
final class EventStream {

  private static final int MOST_EVENTS = 10_000;
  private static final long MOST_BYTES = 16 << 20;
  private static final byte[] HEARTBEAT = ":\n\n".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] LAST = {};

  private final BlockingQueue<byte[]> waiting = new LinkedBlockingQueue<>();
  private final AtomicLong bytes = new AtomicLong();
  private volatile End end;

  /** Why a stream ended. */
  enum End {
    /** The client went away. */
    CLIENT,
    /** The client did not take what was sent. */
    SLOW,
    /** The application stops. */
    STOP,
    /** Redis was lost. */
    REDIS;

    String tag() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** Adds an event; any thread, does not block. */
  void add(byte[] event) {
    if (end != null) {
      return;
    }
    if (waiting.size() >= MOST_EVENTS || bytes.addAndGet(event.length) > MOST_BYTES) {
      end(End.SLOW);
    } else {
      waiting.add(event);
    }
  }

  /** Ends the stream once what was added before is written, or at once when the client is slow. */
  void end(End why) {
    if (end == null) {
      end = why;
    }
    if (why == End.SLOW) {
      waiting.clear();
    }
    waiting.add(LAST);
  }

  /** Writes until the end, and returns what it was. */
  End write(HttpServletResponse response, Duration heartbeat) throws InterruptedException {
    response.setContentType("text/event-stream;charset=utf-8");
    response.setHeader("Cache-Control", "no-cache");
    response.setHeader(SyncToken.HEADER, SyncToken.next());
    try {
      OutputStream out = response.getOutputStream();
      while (true) {
        byte[] event = waiting.poll(heartbeat.toNanos(), TimeUnit.NANOSECONDS);
        if (event == LAST) {
          return end;
        }
        if (event == null) {
          out.write(HEARTBEAT);
        } else {
          bytes.addAndGet(-event.length);
          out.write(lines(event));
        }
        out.flush();
      }
    } catch (IOException e) {
      end(End.CLIENT);
      return end;
    }
  }

  /** A line break would end a line of the protocol, so each line of the text is one of its own. */
  private static byte[] lines(byte[] event) {
    String text = new String(event, StandardCharsets.UTF_8);
    StringBuilder lines = new StringBuilder(text.length() + 8);
    for (String line : text.split("\r\n|\r|\n", -1)) {
      lines.append("data: ").append(line).append('\n');
    }
    return lines.append('\n').toString().getBytes(StandardCharsets.UTF_8);
  }
}
