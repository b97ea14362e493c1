package dev.millrace.consumption;

import java.util.Map;

/**
 * How HTTP says that a request was refused.
 *
 * @param status 400 for what cannot be understood, 404 for an unknown queue, 409 while the queue is
 *     changing, 503 when the new side or Redis did not work
 * @param error why, and what to do
 */
public record Refusal(int status, String error) {

  private static final int BAD_REQUEST = 400;
  private static final int NOT_FOUND = 404;
  private static final int CONFLICT = 409;
  private static final int UNAVAILABLE = 503;

  static Refusal of(SwitchRefused refused) {
    String text = refused.getMessage();
    return switch (refused.reason()) {
      case UNKNOWN_MODE -> new Refusal(BAD_REQUEST, "Field \"mode\": " + text + ".");
      case UNKNOWN_QUEUE -> new Refusal(NOT_FOUND, text);
      case BUSY -> new Refusal(CONFLICT, text + ". Ask again when the switch under way has ended.");
      case FAILED ->
          new Refusal(UNAVAILABLE, text + ". Ask again when what failed works; the log has more.");
    };
  }

  static Refusal of(RequestRefused refused) {
    return new Refusal(BAD_REQUEST, refused.getMessage());
  }

  /** The body of the answer. */
  public Map<String, String> answer() {
    return Map.of("error", error);
  }
}
