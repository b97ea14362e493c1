package dev.millrace.sandbox.http;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An HTTP server on 127.0.0.1 that hands each request to the stand-in it belongs to, after looking
 * whether a {@link Fault} is due, and writes it to the {@link RequestLog}.
 */
public final class LoopbackServer implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(LoopbackServer.class);
  private static final int MAX_BODY = 1 << 20;

  static {
    // Without it every answer waits about 40 ms for a delayed acknowledgement.
    setIfAbsent("sun.net.httpserver.nodelay", "true");
    // The usual 30 s are what clients keep idle connections for; a tie would cut their requests.
    setIfAbsent("sun.net.httpserver.idleInterval", "300");
  }

  private static void setIfAbsent(String property, String value) {
    if (System.getProperty(property) == null) {
      System.setProperty(property, value);
    }
  }

  private final HttpServer server;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final List<StandIn> standIns;
  private final Faults faults;
  private final RequestLog log;
  private final Clock clock;

  private LoopbackServer(
      HttpServer server, List<StandIn> standIns, Faults faults, RequestLog log, Clock clock) {
    this.server = server;
    this.standIns = List.copyOf(standIns);
    this.faults = faults;
    this.log = log;
    this.clock = clock;
  }

  /**
   * Starts listening.
   *
   * @param port 0 takes any free one
   * @throws UncheckedIOException if the port is taken
   */
  public static LoopbackServer start(
      String name, int port, List<StandIn> standIns, Faults faults, RequestLog log, Clock clock) {
    InetSocketAddress address = new InetSocketAddress(loopback(), port);
    try {
      LoopbackServer started =
          new LoopbackServer(HttpServer.create(address, 256), standIns, faults, log, clock);
      started.server.createContext("/", started::handle);
      started.server.setExecutor(started.threads);
      started.server.start();
      return started;
    } catch (IOException e) {
      throw new UncheckedIOException(
          "The sandbox cannot listen for "
              + name
              + " on 127.0.0.1:"
              + port
              + "; choose another port, or 0 for any free one",
          e);
    }
  }

  private static InetAddress loopback() {
    try {
      return InetAddress.getByAddress("127.0.0.1", new byte[] {127, 0, 0, 1});
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public int port() {
    return server.getAddress().getPort();
  }

  public String address() {
    return "http://127.0.0.1:" + port();
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }

  private void handle(HttpExchange exchange) {
    try (exchange) {
      byte[] body = exchange.getRequestBody().readNBytes(MAX_BODY + 1);
      if (body.length > MAX_BODY) {
        send(exchange, Response.text(413, "The body is larger than 1 MiB"));
        return;
      }
      Request request;
      try {
        request = read(exchange, body);
      } catch (IllegalArgumentException e) {
        send(exchange, Response.text(400, "The address has a broken percent escape"));
        return;
      }
      serve(exchange, request);
    } catch (IOException e) {
      LOG.debug("A client of the sandbox went away: {}", e.toString());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void serve(HttpExchange exchange, Request request)
      throws IOException, InterruptedException {
    Optional<StandIn> found = standIns.stream().filter(s -> s.serves(request)).findFirst();
    if (found.isEmpty()) {
      send(exchange, Response.text(404, "Not Found"));
      return;
    }
    StandIn standIn = found.get();
    // Asked before the request is answered: revoking a grant makes its owner unknown.
    String account = standIn.accountOf(request);
    Optional<Fault> fault = faults.take(standIn.service(), request);
    Optional<Response> response = answer(standIn, request, fault);
    // Logged before it is sent, so that whoever has the answer finds it in the log.
    if (standIn.service() != Service.SANDBOX) {
      log.add(
          new LoggedRequest(
              clock.instant(),
              standIn.service(),
              request.method(),
              request.path(),
              RequestLog.masked(request.query()),
              account,
              response.map(Response::status).orElse(0),
              fault.isPresent()));
    }
    if (response.isPresent()) {
      send(exchange, response.get());
    } else if (fault.map(Fault::kind).orElseThrow() == Fault.Kind.ACCEPT_THEN_SILENCE) {
      pause(fault.get().hold());
    }
  }

  private static Optional<Response> answer(StandIn standIn, Request request, Optional<Fault> fault)
      throws InterruptedException {
    if (fault.isEmpty()) {
      return Optional.of(answer(standIn, request));
    }
    Fault due = fault.get();
    return switch (due.kind()) {
      case CUT -> Optional.empty();
      case ACCEPT_THEN_SILENCE -> {
        answer(standIn, request);
        yield Optional.empty();
      }
      case SLOW -> {
        pause(due.hold());
        yield Optional.of(answer(standIn, request));
      }
      case ANSWER -> {
        Response failure = standIn.failure(due.status(), due.reason());
        yield Optional.of(
            due.hold().isZero()
                ? failure
                : failure.with("Retry-After", String.valueOf(due.hold().toSeconds())));
      }
    };
  }

  private static Response answer(StandIn standIn, Request request) {
    try {
      return standIn.answer(request);
    } catch (Refusal e) {
      return e.response();
    } catch (RuntimeException e) {
      LOG.warn("The stand-in for {} failed at {}", standIn.service(), request.path(), e);
      return standIn.failure(500, "");
    }
  }

  private static void pause(Duration time) throws InterruptedException {
    Thread.sleep(time);
  }

  private static Request read(HttpExchange exchange, byte[] body) {
    Map<String, String> headers = new TreeMap<>();
    exchange
        .getRequestHeaders()
        .forEach((name, values) -> headers.put(name.toLowerCase(Locale.ROOT), values.get(0)));
    String path = exchange.getRequestURI().getRawPath();
    return new Request(
        exchange.getRequestMethod(),
        path,
        Request.split(path),
        Query.parse(exchange.getRequestURI().getRawQuery()),
        headers,
        body);
  }

  private static void send(HttpExchange exchange, Response response) throws IOException {
    response.headers().forEach(exchange.getResponseHeaders()::set);
    boolean bodiless = response.body().length == 0 || exchange.getRequestMethod().equals("HEAD");
    exchange.sendResponseHeaders(response.status(), bodiless ? -1 : response.body().length);
    if (!bodiless) {
      try (OutputStream out = exchange.getResponseBody()) {
        out.write(response.body());
      }
    }
  }
}
