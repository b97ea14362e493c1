package dev.millrace.consumption;

import dev.millrace.problem.Problem;
import dev.millrace.problem.ProblemException;
import java.util.Map;
import org.springframework.http.HttpStatus;

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

  /** It as the API tells it. */
  ProblemException asException(SwitchRefused cause) {
    return new ProblemException(problem(Problem.of(HttpStatus.valueOf(status), error)), cause);
  }

  /** A problem that clients of before there were problems can read, too. */
  static Problem problem(Problem problem) {
    return problem.with("error", problem.detail());
  }

  /** The body of the answer of the actuator's endpoint. */
  public Map<String, String> answer() {
    return Map.of("error", error);
  }
}
