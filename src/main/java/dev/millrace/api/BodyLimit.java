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
import org.springframework.security.web.util.matcher.RequestMatcher;
import org.springframework.util.unit.DataSize;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * Refuses bodies that are too large with 413, before anybody reads them into memory. One that does
 * not say how large it is gets read, but not further than to see that it is too large.
 */
final class BodyLimit extends OncePerRequestFilter {

  private final int most;
  private final RequestMatcher bodyless;
  private final Problems problems;

  /**
   * @param bodyless addresses whose requests say all in their headers; what else they send is left
   *     unread
   */
  BodyLimit(DataSize most, RequestMatcher bodyless, Problems problems) {
    this.most = Math.toIntExact(most.toBytes());
    this.bodyless = bodyless;
    this.problems = problems;
  }

  @Override
  protected void doFilterInternal(
      HttpServletRequest request, HttpServletResponse response, FilterChain chain)
      throws ServletException, IOException {
    if (bodyless.matches(request)) {
      chain.doFilter(new BodylessRequest(request), response);
      return;
    }
    long announced = request.getContentLengthLong();
    if (announced > most) {
      refuse(request, response);
      return;
    }
    // Who says how much there is can send no more.
    if (announced >= 0 || request.getHeader("Transfer-Encoding") == null) {
      chain.doFilter(request, response);
      return;
    }
    byte[] body = request.getInputStream().readNBytes(most + 1);
    if (body.length > most) {
      refuse(request, response);
      return;
    }
    chain.doFilter(new ReadRequest(request, body), response);
  }

  private void refuse(HttpServletRequest request, HttpServletResponse response) throws IOException {
    problems.write(
        Problem.invalid(
            HttpStatus.PAYLOAD_TOO_LARGE,
            new InvalidField(
                "body",
                null,
                "it has more than " + most + " bytes; send less, or set millrace.api.max-body.")),
        request,
        response);
  }
}
