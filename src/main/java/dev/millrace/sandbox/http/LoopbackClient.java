package dev.millrace.sandbox.http;

import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Consumer;

/**
 * Sends what the real services would send to an application. It goes to this machine only, whatever
 * address is named: a stand-in has no business with other people's servers.
 */
public final class LoopbackClient implements AutoCloseable {

  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final HttpClient http =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(Duration.ofSeconds(2))
          .executor(threads)
          .build();

  /** Whether the address is one that is sent to. */
  public static boolean reaches(URI address) {
    try {
      return address.getHost() != null
          && InetAddress.getByName(address.getHost()).isLoopbackAddress();
    } catch (UnknownHostException e) {
      return false;
    }
  }

  /**
   * Sends one request and waits for the answer.
   *
   * @param message adds method, headers, body and timeout; not called for other machines
   * @return the receiver's status, 0 if it could not be reached or is another machine
   */
  public int send(URI address, Consumer<HttpRequest.Builder> message) {
    return exchange(address, message).status();
  }

  /** The same, with what the receiver said. */
  public Answered exchange(URI address, Consumer<HttpRequest.Builder> message) {
    if (!reaches(address)) {
      return Answered.NOTHING;
    }
    HttpRequest.Builder request = HttpRequest.newBuilder(address);
    message.accept(request);
    try {
      HttpResponse<String> answer =
          http.send(request.build(), HttpResponse.BodyHandlers.ofString());
      return new Answered(answer.statusCode(), answer.body());
    } catch (IOException e) {
      return Answered.NOTHING;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Answered.NOTHING;
    }
  }

  /** For what is sent later; ends with {@link #close}. */
  public Executor threads() {
    return threads;
  }

  @Override
  public void close() {
    threads.shutdownNow();
    http.shutdownNow();
  }
}
