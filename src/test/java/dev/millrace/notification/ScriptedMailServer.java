package dev.millrace.notification;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/** A mail server that answers chosen commands with chosen replies, or not at all. */
final class ScriptedMailServer implements AutoCloseable {

  /** Instead of a reply the connection is cut. */
  static final String CUT = "";

  private final ServerSocket socket;
  private final Map<String, String> replies;

  /**
   * @param replies by command ({@code MAIL}, {@code RCPT}, {@code DATA}, {@code .} for the end of
   *     the text); everything else is agreed to
   */
  ScriptedMailServer(Map<String, String> replies) {
    this.replies = replies;
    try {
      socket = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Thread.ofVirtual().start(this::serve);
  }

  int port() {
    return socket.getLocalPort();
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }

  private void serve() {
    while (!socket.isClosed()) {
      try (Socket client = socket.accept()) {
        converse(client);
      } catch (IOException gone) {
        // the client left, or the test is over
      }
    }
  }

  private void converse(Socket client) throws IOException {
    BufferedReader in =
        new BufferedReader(
            new InputStreamReader(client.getInputStream(), StandardCharsets.US_ASCII));
    send(client, "220 ready");
    boolean text = false;
    for (String line = in.readLine(); line != null; line = in.readLine()) {
      if (text && !line.equals(".")) {
        continue;
      }
      text = false;
      String command = line.equals(".") ? "." : line.split("[ :]")[0].toUpperCase();
      String reply =
          replies.getOrDefault(command, command.equals("DATA") ? "354 go on" : "250 fine");
      if (reply.equals(CUT)) {
        return;
      }
      text = reply.startsWith("354");
      send(client, reply);
    }
  }

  private static void send(Socket client, String line) throws IOException {
    client.getOutputStream().write((line + "\r\n").getBytes(StandardCharsets.US_ASCII));
    client.getOutputStream().flush();
  }
}
