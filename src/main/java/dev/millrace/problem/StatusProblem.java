package dev.millrace.problem;

import java.util.Map;
import org.springframework.http.HttpStatus;

/** The problem of a refusal of which nothing but the status is known, or may be told. */
public final class StatusProblem {

  private static final Map<HttpStatus, String> DETAILS =
      Map.of(
          HttpStatus.BAD_REQUEST,
          "The request cannot be read. Names in the address are percent-encoded UTF-8, without"
              + " slash, backslash, semicolon and percent sign.",
          HttpStatus.UNAUTHORIZED,
          "This needs a token. Send it as \"Authorization: Bearer <token>\".",
          HttpStatus.FORBIDDEN,
          "This is closed.",
          HttpStatus.NOT_FOUND,
          "There is nothing at this address. /openapi.yaml lists what there is.",
          HttpStatus.METHOD_NOT_ALLOWED,
          "The address does not know this method. The header Allow lists those that it knows.",
          HttpStatus.INTERNAL_SERVER_ERROR,
          "Something failed that should not. The log of the instance has the reason.",
          HttpStatus.SERVICE_UNAVAILABLE,
          "This is not served at the moment. Ask again later.");

  private StatusProblem() {}

  /**
   * The problem of a status.
   *
   * @param status from 400; one that is none is told as 500
   */
  public static Problem of(int status) {
    HttpStatus known = HttpStatus.resolve(status);
    HttpStatus told = known == null || !known.isError() ? HttpStatus.INTERNAL_SERVER_ERROR : known;
    return Problem.of(told, DETAILS.getOrDefault(told, "The request is refused."));
  }
}
