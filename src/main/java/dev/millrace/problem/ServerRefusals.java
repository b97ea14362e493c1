package dev.millrace.problem;

import java.io.IOException;
import org.apache.catalina.connector.Request;
import org.apache.catalina.connector.Response;
import org.apache.catalina.valves.ErrorReportValve;
import org.springframework.http.HttpStatus;

/**
 * What Tomcat refuses before it comes to the application, such as an address with characters that
 * none may have; in place of its page of HTML.
 */
final class ServerRefusals extends ErrorReportValve {

  private final Problems problems;

  ServerRefusals(Problems problems) {
    this.problems = problems;
  }

  @Override
  protected void report(Request request, Response response, Throwable failure) {
    boolean refused = response.getStatus() >= HttpStatus.BAD_REQUEST.value();
    if (!refused || response.getContentWritten() > 0 || !response.setErrorReported()) {
      return;
    }
    try {
      problems.write(
          StatusProblem.of(response.getStatus()), request.getRequest(), response.getResponse());
    } catch (IOException e) {
      container.getLogger().debug("Nobody waits for the answer any more", e);
    }
  }
}
