package dev.millrace.rest.gateway;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;

/** Stands before a real Redis, and keeps its answers, or breaks off in the middle of one. */
final class CuttingProxy implements AutoCloseable {

  private final ServerSocket door = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
  private final int redis;
  private final AtomicLong left = new AtomicLong(Long.MAX_VALUE);
  private volatile CountDownLatch answers = new CountDownLatch(0);

  CuttingProxy(int redis) throws IOException {
    this.redis = redis;
    Thread.ofVirtual().start(this::serve);
  }

  int port() {
    return door.getLocalPort();
  }

  /** Lets so many more bytes of answers through, then closes that connection and is as before. */
  void cutAfter(long bytes) {
    left.set(bytes);
  }

  /** Keeps all answers until {@link #release}. */
  void hold() {
    answers = new CountDownLatch(1);
  }

  void release() {
    answers.countDown();
  }

  private void serve() {
    while (!door.isClosed()) {
      try {
        Socket client = door.accept();
        Socket server = new Socket(InetAddress.getLoopbackAddress(), redis);
        Thread.ofVirtual().start(() -> pass(client, server, false));
        Thread.ofVirtual().start(() -> pass(server, client, true));
      } catch (IOException e) {
        if (!door.isClosed()) {
          throw new UncheckedIOException(e);
        }
      }
    }
  }

  private void pass(Socket from, Socket to, boolean back) {
    byte[] some = new byte[1024];
    try (from;
        to) {
      InputStream in = from.getInputStream();
      OutputStream out = to.getOutputStream();
      for (int read = in.read(some); read >= 0; read = in.read(some)) {
        if (back) {
          answers.await();
        }
        long rest = back ? left.addAndGet(-read) : 0;
        out.write(some, 0, (int) Math.max(0, rest < 0 ? read + rest : read));
        if (rest < 0) {
          left.set(Long.MAX_VALUE);
          return;
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (IOException e) {
      // One of the two went away, which is what the other is told by the end.
    }
  }

  @Override
  public void close() throws IOException {
    door.close();
  }
}
