package dev.millrace.problem;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.springframework.security.web.firewall.RequestRejectedException;
import org.springframework.security.web.firewall.RequestRejectedHandler;
import org.springframework.stereotype.Component;

/** Answers addresses that could be read in two ways, such as one with an encoded slash. */
@Component
class UnreadableRequest implements RequestRejectedHandler {

  private final Problems problems;

  UnreadableRequest(Problems problems) {
    this.problems = problems;
  }

  @Override
  public void handle(
      HttpServletRequest request, HttpServletResponse response, RequestRejectedException rejected)
      throws IOException {
    problems.write(StatusProblem.of(HttpServletResponse.SC_BAD_REQUEST), request, response);
  }
}
