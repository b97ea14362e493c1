package dev.millrace.api;

import java.util.Map;

/**
 * What a route answers over HTTP.
 *
 * @param status of HTTP
 * @param headers by name; only those that {@link AnswerHeaders} lets out arrive
 * @param type the media type of the body
 * @param body JSON; null = none
 */
public record Answer(int status, Map<String, String> headers, String type, String body) {

  private static final int NO_CONTENT = 204;

  public Answer {
    headers = Map.copyOf(headers);
  }

  /** Done, and there is nothing to say. */
  static Answer done() {
    return new Answer(NO_CONTENT, Map.of(), null, null);
  }
}
