package dev.millrace.problem;

import jakarta.servlet.RequestDispatcher;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.springframework.boot.web.servlet.error.ErrorController;
import org.springframework.stereotype.Controller;
import org.springframework.web.bind.annotation.RequestMapping;

/** What the server itself answers when it has no answer, in place of Boot's page. */
@Controller
class ProblemErrors implements ErrorController {

  private final Problems problems;

  ProblemErrors(Problems problems) {
    this.problems = problems;
  }

  @RequestMapping("${server.error.path:/error}")
  void error(HttpServletRequest request, HttpServletResponse response) throws IOException {
    Object status = request.getAttribute(RequestDispatcher.ERROR_STATUS_CODE);
    // Asked by its own address nothing has failed, and there is nothing to see.
    problems.write(
        StatusProblem.of(status instanceof Integer code ? code : HttpServletResponse.SC_NOT_FOUND),
        request,
        response);
  }
}
