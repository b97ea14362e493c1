package dev.millrace.rest.client;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.millrace.rest.client.RestRedisException.Kind;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/** Makes replies of what came back over HTTP. */
final class ReplyReader {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int OK = 200;
  private static final int SERVER_ERROR = 500;
  private static final int UNAUTHORIZED = 401;
  private static final int FORBIDDEN = 403;
  private static final int BAD_REQUEST = 400;
  private static final int TOO_MANY = 429;

  private ReplyReader() {}

  /**
   * The reply to one command.
   *
   * @throws RestRedisException when it was refused
   */
  static Reply one(RestRequest request, RestAnswer answer) {
    JsonNode body = json(request, answer);
    Reply reply = slot(request.command(), body);
    reply
        .error()
        .ifPresent(
            error -> {
              throw error;
            });
    if (answer.status() != OK) {
      throw malformed(request.command(), "status " + answer.status() + " with a result");
    }
    return reply;
  }

  /**
   * The replies to several.
   *
   * @throws RestRedisException when all were refused as one
   */
  static List<Reply> many(RestRequest request, List<RestCommand> commands, RestAnswer answer) {
    JsonNode body = json(request, answer);
    if (body.isObject()) {
      throw slot(request.command(), body)
          .error()
          .orElseGet(
              () ->
                  malformed(request.command(), "one result for " + commands.size() + " commands"));
    }
    if (answer.status() != OK) {
      throw malformed(request.command(), "status " + answer.status() + " with results");
    }
    if (!body.isArray() || body.size() != commands.size()) {
      throw malformed(
          request.command(),
          body.isArray()
              ? body.size() + " results for " + commands.size() + " commands"
              : "no results");
    }
    List<Reply> replies = new ArrayList<>(commands.size());
    for (int i = 0; i < commands.size(); i++) {
      replies.add(slot(commands.get(i).name(), body.get(i)));
    }
    return replies;
  }

  private static JsonNode json(RestRequest request, RestAnswer answer) {
    String command = request.command();
    JsonNode body = null;
    IOException unreadable = null;
    try {
      body = JSON.readTree(answer.body());
    } catch (IOException e) {
      // The parser's message would repeat the text.
      unreadable = e;
    }
    String error = body == null ? "" : body.path("error").asText("");
    int status = answer.status();
    if (status == UNAUTHORIZED || status == FORBIDDEN) {
      throw new RestRedisException(
          Kind.DENIED, command, "status " + status + " " + ErrorText.cleaned(error), null);
    }
    if (status >= SERVER_ERROR || status == TOO_MANY) {
      throw new RestRedisException(
          Kind.UNAVAILABLE, command, "status " + status + " " + ErrorText.cleaned(error), null);
    }
    if (status != OK && (status != BAD_REQUEST || error.isEmpty())) {
      throw malformed(command, "status " + status + ", which no Redis over HTTP answers");
    }
    if (unreadable != null || body == null || body.isMissingNode()) {
      throw malformed(command, "the answer is no JSON");
    }
    return body;
  }

  private static Reply slot(String command, JsonNode slot) {
    if (slot.isObject() && slot.path("error").isTextual()) {
      String text = ErrorText.cleaned(slot.get("error").textValue());
      return Reply.failed(new RestRedisException(ErrorText.kind(text), command, text, null));
    }
    if (!slot.isObject() || !slot.has("result")) {
      throw malformed(command, "the answer has neither result nor error");
    }
    JsonNode result = slot.get("result");
    if (result.isTextual() && result.textValue().equals("OK")) {
      // The one string that servers may leave as it is.
      return Reply.of(command, "OK".getBytes(StandardCharsets.UTF_8));
    }
    return Reply.of(command, value(command, result));
  }

  private static Object value(String command, JsonNode node) {
    if (node.isNull()) {
      return null;
    }
    if (node.isTextual()) {
      try {
        return Base64.getDecoder().decode(node.textValue());
      } catch (IllegalArgumentException e) {
        throw malformed(command, "a string of the answer is not base64");
      }
    }
    if (node.isIntegralNumber() && node.canConvertToLong()) {
      return node.longValue();
    }
    if (node.isArray()) {
      List<Reply> list = new ArrayList<>(node.size());
      node.forEach(element -> list.add(Reply.of(command, value(command, element))));
      return List.copyOf(list);
    }
    throw malformed(command, "a " + node.getNodeType() + " in the answer, which Redis has not");
  }

  private static RestRedisException malformed(String command, String what) {
    return new RestRedisException(Kind.MALFORMED, command, what, null);
  }
}
