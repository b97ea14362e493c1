package dev.millrace.problem;

import jakarta.servlet.DispatcherType;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.springframework.http.HttpStatus;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * Gives a body to refusals of the API that have none: Camel answers addresses and methods that are
 * not in the contract with the status alone.
 */
final class ProblemBodies extends OncePerRequestFilter {

  private final Problems problems;

  ProblemBodies(Problems problems) {
    this.problems = problems;
  }

  /** Answers of routes come in a second dispatch. */
  @Override
  protected boolean shouldNotFilterAsyncDispatch() {
    return false;
  }

  @Override
  protected void doFilterInternal(
      HttpServletRequest request, HttpServletResponse response, FilterChain chain)
      throws ServletException, IOException {
    chain.doFilter(request, response);
    if (isAsyncStarted(request) && request.getDispatcherType() != DispatcherType.ASYNC) {
      return;
    }
    if (response.getStatus() >= HttpStatus.BAD_REQUEST.value()
        && response.getContentType() == null) {
      problems.write(StatusProblem.of(response.getStatus()), request, response);
    } else if (response.getStatus() == HttpStatus.NO_CONTENT.value()) {
      // Camel names the type of what there would have been.
      response.setContentType(null);
    }
  }
}
