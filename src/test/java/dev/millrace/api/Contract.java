package dev.millrace.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** {@code routes/http/openapi.yaml}, which answers are held against. */
final class Contract {

  private static final JsonSchemaFactory SCHEMAS =
      JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012);
  private static final ObjectMapper JSON = new ObjectMapper();

  private final JsonNode root;

  private Contract(JsonNode root) {
    this.root = root;
  }

  /** One method of one address. */
  record Operation(String method, String path, JsonNode json) {

    String id() {
      return json.path("operationId").asText();
    }

    /** Who may ask: {@code token} (the admin's), {@code user}, or empty: anybody. */
    String door() {
      JsonNode said = json.path("security");
      return said.isMissingNode() ? "token" : said.isEmpty() ? "" : said.get(0).fieldNames().next();
    }

    @Override
    public String toString() {
      return method + " " + path;
    }
  }

  static Contract read() {
    try {
      return new Contract(new YAMLMapper().readTree(Path.of("routes/http/openapi.yaml").toFile()));
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  JsonNode root() {
    return root;
  }

  List<Operation> operations() {
    List<Operation> all = new ArrayList<>();
    for (Map.Entry<String, JsonNode> path : root.path("paths").properties()) {
      for (Map.Entry<String, JsonNode> method : path.getValue().properties()) {
        if (!method.getKey().equals("parameters")) {
          all.add(
              new Operation(
                  method.getKey().toUpperCase(), "/api" + path.getKey(), method.getValue()));
        }
      }
    }
    return all;
  }

  /** The parameters of an operation, those of its path among them. */
  List<JsonNode> parameters(Operation operation) {
    List<JsonNode> all = new ArrayList<>();
    JsonNode path = root.path("paths").path(operation.path().substring("/api".length()));
    path.path("parameters").forEach(one -> all.add(resolved(one)));
    operation.json().path("parameters").forEach(one -> all.add(resolved(one)));
    return all;
  }

  /** What stands at the end of a {@code $ref}, or the node itself. */
  JsonNode resolved(JsonNode node) {
    return node.has("$ref") ? root.at(node.get("$ref").asText().substring(1)) : node;
  }

  /** Fails unless the contract allows this answer to this request. */
  void hold(HttpResponse<String> answer) {
    for (Map.Entry<String, JsonNode> header :
        root.path("components").path("headers").properties()) {
      if (header.getKey().contains("RateLimit")) {
        answer
            .headers()
            .firstValue(header.getKey())
            .ifPresent(
                value -> assertText(header.getValue().path("schema"), value, header.getKey()));
      }
    }
    String method = answer.request().method();
    String path = answer.request().uri().getRawPath();
    Optional<Operation> operation =
        operations().stream()
            .filter(one -> one.method().equals(method) && fits(one.path(), path))
            .findFirst();
    if (operation.isEmpty()) {
      // Not in the contract: only a refusal will do.
      assertThat(answer.statusCode()).isIn(400, 401, 403, 404, 405, 413, 415, 429);
      if (!method.equals("HEAD")) {
        assertValid(problem(), answer.body(), method + " " + path);
      }
      return;
    }
    JsonNode said =
        resolved(operation.get().json().path("responses").path("" + answer.statusCode()));
    assertThat(said.isMissingNode())
        .as("status %d of %s: %s", answer.statusCode(), operation.get(), answer.body())
        .isFalse();
    for (Map.Entry<String, JsonNode> header : said.path("headers").properties()) {
      if (!header.getKey().equals("Retry-After") || answer.statusCode() == 429) {
        String value = answer.headers().firstValue(header.getKey()).orElse("\"missing\"");
        assertText(resolved(header.getValue()).path("schema"), value, header.getKey());
      }
    }
    if (!said.has("content")) {
      assertThat(answer.body()).as("body of %s", operation.get()).isEmpty();
      if (answer.statusCode() == 204) {
        assertThat(answer.headers().firstValue("Content-Type")).isEmpty();
      }
      return;
    }
    String type = answer.headers().firstValue("Content-Type").orElse("none").split(";")[0];
    assertThat(said.path("content").has(type)).as("%s of %s", type, operation.get()).isTrue();
    JsonNode schema = said.path("content").path(type).path("schema");
    if (type.endsWith("json")) {
      assertValid(schema, answer.body(), operation.get().toString());
    } else {
      assertText(schema, answer.body(), operation.get().toString());
    }
  }

  /** Fails unless a header's value is one of this schema. */
  private void assertText(JsonNode schema, String value, String what) {
    boolean number = schema.path("type").asText().equals("integer");
    assertValid(schema, number ? value : JSON.getNodeFactory().textNode(value).toString(), what);
  }

  /** Fails unless the text is JSON of this schema. */
  void assertValid(JsonNode schema, String text, String what) {
    ObjectNode whole =
        schema.isObject() ? ((ObjectNode) schema).deepCopy() : JSON.createObjectNode();
    whole.set("components", root.path("components"));
    try {
      assertThat(SCHEMAS.getSchema(whole).validate(JSON.readTree(text)))
          .as("%s: %s", what, text)
          .isEmpty();
    } catch (IOException e) {
      throw new AssertionError(what + " is not JSON: " + text, e);
    }
  }

  private JsonNode problem() {
    return JSON.createObjectNode().put("$ref", "#/components/schemas/Problem");
  }

  private static boolean fits(String template, String path) {
    return path.matches(template.replaceAll("\\{[^}]+}", "[^/]+"));
  }
}
