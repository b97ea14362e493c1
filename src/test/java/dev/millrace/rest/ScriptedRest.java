package dev.millrace.rest;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;

/**
 * A server that answers what a test tells it to: for what a Redis over HTTP does only on bad days.
 */
public final class ScriptedRest implements AutoCloseable {

  private final List<Request> requests = new CopyOnWriteArrayList<>();
  private final HttpServer server;
  private volatile Answer answer = Answer.of(200, "{\"result\":null}");

  private ScriptedRest(int port) throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.createContext("/", this::serve);
    server.start();
  }

  public static ScriptedRest start() throws IOException {
    return new ScriptedRest(0);
  }

  /** On a port that another one had. */
  public static ScriptedRest start(int port) throws IOException {
    return new ScriptedRest(port);
  }

  public String url() {
    return "http://localhost:" + port();
  }

  public int port() {
    return server.getAddress().getPort();
  }

  /** What it answers from now on. */
  public void answer(Answer next) {
    answer = next;
  }

  /** What it was asked so far. */
  public List<Request> requests() {
    return requests;
  }

  /** As servers answer who asked for base64. */
  public static String base64(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }

  @Override
  public void close() {
    server.stop(0);
  }

  private void serve(HttpExchange exchange) throws IOException {
    Request request =
        new Request(
            exchange.getRequestURI().toString(),
            new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.ISO_8859_1),
            exchange.getRequestHeaders());
    requests.add(request);
    answer.to(request, exchange);
  }

  /**
   * @param body each byte as one character
   */
  public record Request(String uri, String body, com.sun.net.httpserver.Headers headers) {}

  /** What to do with a request. */
  public interface Answer {

    void to(Request request, HttpExchange exchange) throws IOException;

    static Answer of(int status, String body) {
      return (request, exchange) -> {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Upstash-Sync-Token", "after " + status);
        exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
        exchange.getResponseBody().write(bytes);
        exchange.close();
      };
    }

    /** Takes the request and cuts the connection. */
    static Answer cut() {
      return (request, exchange) -> {
        exchange.sendResponseHeaders(200, 100);
        exchange.close();
        throw new IOException("cut");
      };
    }

    /** Takes the request and is silent until the test ends. */
    static Answer silence(java.util.concurrent.CountDownLatch end) {
      return (request, exchange) -> {
        try {
          end.await();
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
        }
        exchange.close();
      };
    }

    /** The first time this, then something else. */
    default Answer then(Answer next) {
      java.util.concurrent.atomic.AtomicBoolean first =
          new java.util.concurrent.atomic.AtomicBoolean(true);
      return (request, exchange) -> (first.getAndSet(false) ? this : next).to(request, exchange);
    }
  }
}
