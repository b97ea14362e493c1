package dev.millrace.consumption;

import dev.millrace.problem.InvalidField;
import dev.millrace.problem.Problem;
import dev.millrace.problem.ProblemException;
import org.springframework.http.HttpStatus;

/** A request that cannot be understood; its message names the field, its value and the remedy. */
public final class RequestRefused extends ProblemException {

  private static final long serialVersionUID = 1;

  /**
   * @param value what was sent; null = nothing that could be shown
   * @param message all of it in words
   */
  RequestRefused(String field, String value, String remedy, String message) {
    this(field, value, remedy, message, null);
  }

  RequestRefused(String field, String value, String remedy, String message, Throwable cause) {
    super(
        Refusal.problem(
            Problem.invalid(HttpStatus.BAD_REQUEST, new InvalidField(field, value, remedy))
                .detail(message)),
        cause);
  }
}
