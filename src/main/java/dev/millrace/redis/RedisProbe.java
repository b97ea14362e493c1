package dev.millrace.redis;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.OptionalLong;

/**
 * Asks a Redis on the loopback interface who it is, before any client exists. Redis answers plain
 * lines of text as it answers clients.
 */
final class RedisProbe {

  private static final Duration LIMIT = Duration.ofSeconds(2);
  private static final String PROCESS_ID = "process_id:";

  private RedisProbe() {}

  /** The process id of the Redis on this port, which it tells even while it loads its data. */
  static OptionalLong processId(int port) {
    try {
      return ask(
          port,
          "INFO server",
          reader -> {
            String line = reader.readLine();
            while (line != null && !line.isEmpty()) {
              if (line.startsWith(PROCESS_ID)) {
                return OptionalLong.of(Long.parseLong(line.substring(PROCESS_ID.length())));
              }
              line = reader.readLine();
            }
            return OptionalLong.empty();
          });
    } catch (IOException | NumberFormatException e) {
      return OptionalLong.empty();
    }
  }

  /** Whether the Redis on this port takes commands. */
  static boolean isReady(int port) {
    try {
      return ask(port, "PING", reader -> "+PONG".equals(reader.readLine()));
    } catch (IOException e) {
      return false;
    }
  }

  private static <T> T ask(int port, String command, Reading<T> reading) throws IOException {
    try (Socket socket = new Socket()) {
      int limit = Math.toIntExact(LIMIT.toMillis());
      socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), limit);
      socket.setSoTimeout(limit);
      socket.getOutputStream().write((command + "\r\n").getBytes(StandardCharsets.US_ASCII));
      return reading.read(
          new BufferedReader(
              new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII)));
    }
  }

  private interface Reading<T> {
    T read(BufferedReader reader) throws IOException;
  }
}
