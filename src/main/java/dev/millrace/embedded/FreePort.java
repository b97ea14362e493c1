package dev.millrace.embedded;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;

/** Finds the port that a server of our own will listen on, on the loopback interface. */
public final class FreePort {

  private FreePort() {}

  /**
   * The preferred port when nobody listens there, else any free one.
   *
   * @param preferred 1 to 65535, or 0 for no preference
   */
  public static int near(int preferred) throws IOException {
    try {
      return bind(preferred);
    } catch (IOException taken) {
      return bind(0);
    }
  }

  private static int bind(int port) throws IOException {
    try (ServerSocket socket = new ServerSocket()) {
      // A server stopped a moment ago leaves its connections in TIME_WAIT; the port is free all the
      // same.
      socket.setReuseAddress(true);
      socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1);
      return socket.getLocalPort();
    }
  }
}
