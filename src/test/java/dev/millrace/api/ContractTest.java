package dev.millrace.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.apache.camel.CamelContext;
import org.apache.camel.Route;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.web.servlet.mvc.method.RequestMappingInfo;
import org.springframework.web.servlet.mvc.method.annotation.RequestMappingHandlerMapping;

/** The contract says all that there is, and what it says is there. */
class ContractTest extends RunningHttp {

  @Autowired CamelContext camel;

  @Value("${app.public-base-url}")
  String publicBaseUrl;

  @Autowired List<RequestMappingHandlerMapping> mappings;

  static List<Contract.Operation> operations() {
    return CONTRACT.operations();
  }

  @ParameterizedTest
  @MethodSource("operations")
  void shouldServeEachOperationAsItSays(Contract.Operation operation) throws Exception {
    HttpResponse<String> answer =
        operation.door().equals("user")
            ? askAs(signUp(), operation.method(), address(operation), body(operation))
            : ask(
                operation.method(),
                address(operation),
                body(operation),
                proof(operation, address(operation)));

    // Held against the contract by asking; here, that the operation itself has answered.
    assertThat(answer.statusCode()).isIn(200, 202, 204, 302, 404, 409);
    if (answer.statusCode() == 404) {
      assertThat(operation.path())
          .isIn(
              "/api/cache/{key}",
              "/api/admin/users/{userId}/token",
              "/api/contacts/groups/contactGroups/{id}",
              "/api/suggestions/{id}/accept",
              "/api/suggestions/{id}/dismiss",
              "/api/suggestions/{id}/snooze",
              "/api/suggestions/{id}/confirm",
              "/api/unsubscribe");
    }
  }

  @ParameterizedTest
  @MethodSource("operations")
  void shouldSayWhatEachOperationIsFor(Contract.Operation operation) {
    assertThat(operation.json().path("summary").asText()).isNotBlank();
    assertThat(operation.json().path("tags")).hasSize(1);
    assertThat(operation.json().path("responses").properties().stream().map(Map.Entry::getKey))
        .contains("400", "401", "429", "503");
    if (operation.json().has("requestBody")) {
      assertThat(operation.json().path("responses").properties().stream().map(Map.Entry::getKey))
          .contains("413", "415");
    }
    for (JsonNode parameter : CONTRACT.parameters(operation)) {
      assertThat(parameter.path("description").asText()).isNotBlank();
      assertThat(parameter.path("schema").has("type")).isTrue();
    }
  }

  @ParameterizedTest
  @MethodSource("operations")
  void shouldGiveExamplesThatItsSchemasAllow(Contract.Operation operation) {
    Stream.concat(
            Stream.of(operation.json().path("requestBody")),
            operation.json().path("responses").properties().stream()
                .map(response -> CONTRACT.resolved(response.getValue())))
        .flatMap(said -> said.path("content").properties().stream())
        .map(Map.Entry::getValue)
        .filter(content -> content.has("example"))
        .forEach(
            content ->
                CONTRACT.assertValid(
                    content.path("schema"),
                    content.path("example").toString(),
                    "example of " + operation));
  }

  @Test
  void shouldNameARouteForEachOperationAndNoOther() {
    Set<String> routes =
        camel.getRoutes().stream()
            .filter(route -> "api".equals(route.getConfigurationId()))
            .map(Route::getEndpoint)
            .map(endpoint -> endpoint.getEndpointBaseUri().replace("direct://", ""))
            .collect(Collectors.toCollection(TreeSet::new));

    assertThat(routes)
        .containsExactlyInAnyOrderElementsOf(
            operations().stream().map(Contract.Operation::id).toList());
  }

  @Test
  void shouldKnowEveryAddressUnderApi() {
    Set<String> served =
        mappings.stream()
            .flatMap(mapping -> mapping.getHandlerMethods().keySet().stream())
            .map(RequestMappingInfo::getPatternValues)
            .flatMap(Set::stream)
            .map(pattern -> pattern.replace("/{*matchOnUriPrefix}", ""))
            .filter(pattern -> pattern.startsWith("/api"))
            .collect(Collectors.toCollection(TreeSet::new));

    assertThat(served)
        .containsExactlyInAnyOrderElementsOf(
            operations().stream().map(Contract.Operation::path).collect(Collectors.toSet()));
  }

  /** What the contract says of the doors is what they do. */
  @ParameterizedTest
  @MethodSource("operations")
  void shouldOpenEachOperationToWhomItSaysAndNobodyElse(Contract.Operation operation)
      throws Exception {
    // None of these is an operation's own answer: they are refused before it.
    String path = address(operation);
    String door = operation.door();
    boolean open = door.isEmpty();

    assertThat(refused(HTTP.send(bare(operation, path), BodyHandlers.ofString()), 401))
        .as("without a token")
        .isEqualTo(!open);
    assertThat(refused(ask(operation.method(), path, body(operation), proof(operation, path)), 403))
        .as("with the admin token")
        .isEqualTo(door.equals("user"));
    assertThat(
            refused(
                askAs(signUp(), operation.method(), path, body(operation), proof(operation, path)),
                403))
        .as("with a user's token")
        .isEqualTo(door.equals("token"));
  }

  @Test
  void shouldWantATokenWhereNothingElseIsSaid() {
    assertThat(CONTRACT.root().path("security").toString()).isEqualTo("[{\"token\":[]}]");
    assertThat(operations())
        .filteredOn(operation -> operation.door().isEmpty())
        .extracting(Contract.Operation::toString)
        .containsExactlyInAnyOrder(
            "GET /api/{integration}/oauth/callback",
            "GET /api/oauth/connected",
            "GET /api/unsubscribe",
            "POST /api/sms/status",
            "POST /api/sms/webhook",
            "POST /api/unsubscribe",
            "POST /api/webhooks/calendar");
    assertThat(CONTRACT.root().at("/components/securitySchemes/token/scheme").asText())
        .isEqualTo("bearer");
    assertThat(CONTRACT.root().at("/components/securitySchemes/user/scheme").asText())
        .isEqualTo("bearer");
  }

  private static boolean refused(HttpResponse<String> answer, int status) {
    return answer.statusCode() == status;
  }

  private HttpRequest bare(Contract.Operation operation, String path) {
    return HttpRequest.newBuilder(URI.create("http://localhost:" + port + path))
        .method(operation.method(), BodyPublishers.noBody())
        .build();
  }

  private static String address(Contract.Operation operation) {
    String path = operation.path();
    String query = "";
    for (JsonNode parameter : CONTRACT.parameters(operation)) {
      String name = parameter.path("name").asText();
      String value =
          parameter.has("example")
              ? parameter.path("example").asText()
              : StreamSupport.stream(parameter.path("examples").spliterator(), false)
                  .findFirst()
                  .map(example -> example.path("value").asText())
                  .orElse(parameter.at("/schema/default").asText());
      if (parameter.path("in").asText().equals("path")) {
        path = path.replace("{" + name + "}", value);
      } else if (parameter.path("in").asText().equals("query")) {
        query += (query.isEmpty() ? "?" : "&") + name + "=" + value;
      }
    }
    return path + query;
  }

  /** What an operation believes, of those that believe no token. */
  private String[] proof(Contract.Operation operation, String path) {
    return form(operation)
        .map(
            form ->
                new String[] {
                  "Content-Type",
                  "application/x-www-form-urlencoded",
                  "X-Twilio-Signature",
                  form.signature(publicBaseUrl + path, TWILIO_TOKEN)
                })
        .orElseGet(() -> headers(operation));
  }

  /** Name, value, name, value. */
  private static String[] headers(Contract.Operation operation) {
    return CONTRACT.parameters(operation).stream()
        .filter(parameter -> parameter.path("in").asText().equals("header"))
        .flatMap(
            parameter ->
                Stream.of(parameter.path("name").asText(), parameter.path("example").asText()))
        .toArray(String[]::new);
  }

  private static Optional<SignedForm> form(Contract.Operation operation) {
    JsonNode form =
        operation.json().at("/requestBody/content/application~1x-www-form-urlencoded/example");
    return form.isMissingNode()
        ? Optional.empty()
        : Optional.of(
            SignedForm.of(
                form.properties().stream()
                    .flatMap(field -> Stream.of(field.getKey(), field.getValue().asText()))
                    .toArray(String[]::new)));
  }

  private static String body(Contract.Operation operation) {
    Optional<SignedForm> form = form(operation);
    if (form.isPresent()) {
      return form.get().body();
    }
    JsonNode body = operation.json().at("/requestBody/content/application~1json/example");
    return body.isMissingNode() ? null : body.toString();
  }
}
