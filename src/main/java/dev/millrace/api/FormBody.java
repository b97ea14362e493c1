package dev.millrace.api;

import dev.millrace.problem.InvalidField;
import dev.millrace.problem.Problem;
import dev.millrace.problem.Problems;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.springframework.http.HttpStatus;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * Hands forms on as they were sent: what is signed is each of their parameters, and nothing of the
 * address. Server and Camel would mix the two, and make headers of them.
 */
final class FormBody extends OncePerRequestFilter {

  /** A text message of 1,600 characters, each percent-encoded, and all that Twilio adds. */
  static final int MOST = 64 * 1024;

  private final Problems problems;

  FormBody(Problems problems) {
    this.problems = problems;
  }

  @Override
  protected void doFilterInternal(
      HttpServletRequest request, HttpServletResponse response, FilterChain chain)
      throws ServletException, IOException {
    byte[] body = request.getInputStream().readNBytes(MOST + 1);
    if (body.length > MOST) {
      problems.write(
          Problem.invalid(
              HttpStatus.PAYLOAD_TOO_LARGE,
              new InvalidField(
                  "body", null, "it has more than " + MOST + " bytes; Twilio's never have.")),
          request,
          response);
      return;
    }
    chain.doFilter(new UnparsedRequest(request, body), response);
  }
}
