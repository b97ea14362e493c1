package dev.millrace.sandbox;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.sandbox.http.Fault;
import dev.millrace.sandbox.http.Json;
import dev.millrace.sandbox.http.LoggedRequest;
import dev.millrace.sandbox.http.Request;
import dev.millrace.sandbox.http.Response;
import dev.millrace.sandbox.http.Service;
import dev.millrace.sandbox.http.StandIn;
import java.net.URI;
import java.time.DateTimeException;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * {@code /sandbox/…} and the page at {@code /}: what tests do through {@link Sandbox}, over HTTP,
 * so that a person or a program in another language can do it too.
 *
 * <p>Only asked by name of this machine and never by a page of another site: a browser on this
 * machine can reach loopback ports, whoever wrote the page it shows.
 */
final class ControlApi implements StandIn {

  private static final Set<String> LOOPBACK = Set.of("127.0.0.1", "localhost", "[::1]");

  private final Sandbox sandbox;
  private final SandboxPage page;
  private final ControlUsers users;
  private final ControlMessages messages;

  ControlApi(Sandbox sandbox) {
    this.sandbox = sandbox;
    this.page = new SandboxPage(sandbox);
    this.users = new ControlUsers(sandbox);
    this.messages = new ControlMessages(sandbox);
  }

  @Override
  public Service service() {
    return Service.SANDBOX;
  }

  @Override
  public boolean serves(Request request) {
    return request.path().equals("/") || request.path().startsWith("/sandbox/");
  }

  @Override
  public Response failure(int status, String reason) {
    return problem(status, reason.isEmpty() ? "The sandbox failed; see its log" : reason);
  }

  @Override
  public Response answer(Request request) {
    if (!isFromHere(request)) {
      return problem(403, "The sandbox is controlled from this machine only");
    }
    if (request.path().equals("/")) {
      return request.method().equals("GET")
          ? Response.html(200, page.render())
          : problem(405, "Only GET is allowed");
    }
    List<String> path = request.segments().subList(1, request.segments().size());
    if (path.isEmpty()) {
      return notFound(request);
    }
    try {
      return switch (path.get(0)) {
        case "requests" -> requests(request);
        case "faults" -> faults(request);
        case "users" -> users.answer(request, path.subList(1, path.size()));
        default -> messages.answer(request, path);
      };
    } catch (IllegalArgumentException | DateTimeException e) {
      return problem(400, e.getMessage());
    }
  }

  private static boolean isFromHere(Request request) {
    String host = request.header("Host");
    String origin = request.header("Origin");
    return host != null
        && LOOPBACK.contains(host.replaceFirst(":\\d+$", "").toLowerCase(Locale.ROOT))
        && (origin == null || isLoopback(origin));
  }

  private static boolean isLoopback(String origin) {
    try {
      String host = URI.create(origin).getHost();
      return host != null && LOOPBACK.contains(host);
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  static Response problem(int status, String message) {
    return Response.json(status, Json.object().put("error", message));
  }

  static Response notFound(Request request) {
    return problem(404, "The sandbox has nothing at " + request.method() + " " + request.path());
  }

  static Response done() {
    return Response.json(200, Json.object().put("done", true));
  }

  /** The text of a field, or null. */
  static String text(ObjectNode body, String name) {
    return body.hasNonNull(name) ? body.get(name).asText() : null;
  }

  /**
   * The text of a field.
   *
   * @throws IllegalArgumentException if it is missing
   */
  static String required(ObjectNode body, String name) {
    String value = text(body, name);
    if (value == null) {
      throw new IllegalArgumentException("The field " + name + " is missing");
    }
    return value;
  }

  private Response requests(Request request) {
    if (request.method().equals("DELETE")) {
      sandbox.requests().clear();
      return done();
    }
    if (!request.method().equals("GET")) {
      return notFound(request);
    }
    String service = request.query().get("service");
    String part = request.query().get("path");
    String account = request.query().get("account");
    if (service != null) {
      service(service);
    }
    List<LoggedRequest> found =
        sandbox
            .requests()
            .matching(
                r ->
                    (service == null || r.service().name().equalsIgnoreCase(service))
                        && (part == null || r.path().contains(part))
                        && (account == null || account.equals(r.account())));
    ObjectNode body = Json.object().put("count", found.size());
    ArrayNode list = body.putArray("requests");
    for (LoggedRequest logged : found) {
      ObjectNode json = list.addObject();
      json.put("at", logged.at().toString()).put("service", logged.service().name());
      json.put("method", logged.method()).put("path", logged.path());
      ObjectNode query = json.putObject("query");
      logged.query().forEach((name, values) -> query.put(name, String.join(",", values)));
      json.put("account", logged.account()).put("status", logged.status());
      json.put("faulty", logged.faulty());
    }
    return Response.json(200, body);
  }

  private Response faults(Request request) {
    switch (request.method()) {
      case "POST" -> sandbox.faults().add(fault(Json.read(request.body())));
      case "DELETE" -> sandbox.faults().clear();
      case "GET" -> {
        // Listed below, as after a change.
      }
      default -> {
        return notFound(request);
      }
    }
    ArrayNode list = Json.array();
    for (Fault fault : sandbox.faults().pending()) {
      list.addObject()
          .put("service", fault.service().name())
          .put("kind", fault.kind().name())
          .put("status", fault.status())
          .put("reason", fault.reason())
          .put("path", fault.pathPart())
          .put("times", fault.times());
    }
    return Response.json(200, Json.object().set("faults", list));
  }

  private static Fault fault(ObjectNode body) {
    String kind = text(body, "kind");
    return new Fault(
        service(required(body, "service")),
        kind == null ? Fault.Kind.ANSWER : Fault.Kind.valueOf(kind.toUpperCase(Locale.ROOT)),
        body.path("status").asInt(0),
        body.path("reason").asText(""),
        body.has("retryAfterSeconds")
            ? Duration.ofSeconds(body.get("retryAfterSeconds").asLong())
            : Duration.ofMillis(body.path("holdMillis").asLong(0)),
        body.path("path").asText(""),
        body.path("times").asInt(1),
        texts(body.path("withQuery")),
        texts(body.path("withoutQuery")));
  }

  private static Set<String> texts(JsonNode array) {
    Set<String> texts = new HashSet<>();
    array.forEach(node -> texts.add(node.asText()));
    return texts;
  }

  private static Service service(String name) {
    return Arrays.stream(Service.values())
        .filter(service -> service.name().equalsIgnoreCase(name))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "service is one of " + Arrays.toString(Service.values()) + ", was " + name));
  }
}
