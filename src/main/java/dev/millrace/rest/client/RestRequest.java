package dev.millrace.rest.client;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.net.URLEncoder;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * One HTTP request of the protocol.
 *
 * @param path after the server's address, percent-encoded: empty, {@code /pipeline}, {@code
 *     /multi-exec}, or the command itself when one of its arguments is the body
 * @param body JSON, or the one argument that JSON cannot carry
 * @param commands how many it holds
 * @param command the name of the first, for errors
 * @param repeatable whether it may be sent again when its answer is lost
 */
record RestRequest(String path, byte[] body, int commands, String command, boolean repeatable) {

  private static final ObjectMapper JSON = new ObjectMapper();

  /** Of one command. */
  static RestRequest of(RestCommand command) {
    int binary = binaryArgument(command);
    return binary < 0
        ? new RestRequest("", json(words(command)), 1, command.name(), command.repeatable())
        : pathForm(command, binary);
  }

  /**
   * Of several.
   *
   * @param path {@code /pipeline} or {@code /multi-exec}
   * @throws IllegalArgumentException when one of them has an argument that JSON cannot carry
   */
  static RestRequest of(String path, List<RestCommand> commands) {
    for (RestCommand command : commands) {
      if (binaryArgument(command) >= 0) {
        throw new IllegalArgumentException(
            command.name()
                + " has an argument whose bytes are no UTF-8, which "
                + path
                + " cannot carry; send it alone, or as base64 text.");
      }
    }
    return new RestRequest(
        path,
        json(commands.stream().map(RestRequest::words).toList()),
        commands.size(),
        commands.getFirst().name(),
        commands.stream().allMatch(RestCommand::repeatable));
  }

  /** Whether it needs a request of its own. */
  static boolean isBinary(RestCommand command) {
    return binaryArgument(command) >= 0;
  }

  private static List<Object> words(RestCommand command) {
    List<Object> words = new ArrayList<>();
    words.add(command.name());
    command.arguments().forEach(argument -> words.add(text(argument)));
    return words;
  }

  /**
   * The body is taken for the argument after those of the path, and the query for those after it.
   */
  private static RestRequest pathForm(RestCommand command, int binary) {
    List<Object> arguments = command.arguments();
    StringBuilder path = new StringBuilder("/").append(encoded(command.name()));
    for (Object before : arguments.subList(0, binary)) {
      path.append('/').append(encoded(text(before)));
    }
    List<Object> after = arguments.subList(binary + 1, arguments.size());
    for (int i = 0; i < after.size(); i += 2) {
      path.append(i == 0 ? '?' : '&').append(encoded(text(after.get(i))));
      if (i + 1 < after.size()) {
        path.append('=').append(encoded(text(after.get(i + 1))));
      }
    }
    return new RestRequest(
        path.toString(), (byte[]) arguments.get(binary), 1, command.name(), command.repeatable());
  }

  private static int binaryArgument(RestCommand command) {
    int found = -1;
    List<Object> arguments = command.arguments();
    for (int i = 0; i < arguments.size(); i++) {
      if (arguments.get(i) instanceof byte[] bytes && utf8(bytes) == null) {
        if (found >= 0) {
          throw new IllegalArgumentException(
              command.name()
                  + " has two arguments whose bytes are no UTF-8; one is all that a request can"
                  + " carry. Send the others as base64 text.");
        }
        found = i;
      }
    }
    return found;
  }

  private static String text(Object argument) {
    return argument instanceof byte[] bytes ? utf8(bytes) : argument.toString();
  }

  /** Null when the bytes are no UTF-8. */
  private static String utf8(byte[] bytes) {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      return null;
    }
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }

  private static byte[] json(Object words) {
    try {
      return JSON.writeValueAsBytes(words);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("Lists of strings are JSON", e);
    }
  }
}
