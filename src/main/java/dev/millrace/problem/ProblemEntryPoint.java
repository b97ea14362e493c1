package dev.millrace.problem;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.springframework.http.HttpStatus;
import org.springframework.security.access.AccessDeniedException;
import org.springframework.security.core.AuthenticationException;
import org.springframework.security.web.AuthenticationEntryPoint;
import org.springframework.security.web.access.AccessDeniedHandler;

/**
 * What the doors answer where no token would help: 403. It reads the same for every address,
 * whether something is there or not.
 */
public final class ProblemEntryPoint implements AuthenticationEntryPoint, AccessDeniedHandler {

  private final Problems problems;
  private final Problem problem;

  private ProblemEntryPoint(Problems problems, Problem problem) {
    this.problems = problems;
    this.problem = problem;
  }

  /** Asks for nothing. */
  public static ProblemEntryPoint closed(Problems problems) {
    return new ProblemEntryPoint(problems, StatusProblem.of(HttpStatus.FORBIDDEN.value()));
  }

  @Override
  public void commence(
      HttpServletRequest request, HttpServletResponse response, AuthenticationException failure)
      throws IOException {
    problems.write(problem, request, response);
  }

  @Override
  public void handle(
      HttpServletRequest request, HttpServletResponse response, AccessDeniedException failure)
      throws IOException {
    problems.write(problem, request, response);
  }
}
