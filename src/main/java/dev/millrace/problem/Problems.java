package dev.millrace.problem;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.servlet.RequestDispatcher;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.springframework.http.MediaType;
import org.springframework.http.ProblemDetail;
import org.springframework.http.converter.json.ProblemDetailJacksonMixin;
import org.springframework.stereotype.Component;

/**
 * Writes problems, and counts them in {@code millrace.http.problems} by status and kind ({@code
 * none} = the status says it all).
 */
@Component
public class Problems {

  /** What a problem is written as. */
  public static final String MEDIA_TYPE = MediaType.APPLICATION_PROBLEM_JSON_VALUE;

  private static final ObjectWriter JSON =
      JsonMapper.builder()
          .addMixIn(ProblemDetail.class, ProblemDetailJacksonMixin.class)
          .build()
          .writerFor(ProblemDetail.class);

  private final MeterRegistry registry;

  public Problems(MeterRegistry registry) {
    this.registry = registry;
  }

  /**
   * The body of the answer as JSON; counts it.
   *
   * @param path the address that was asked, without its query
   */
  public String text(Problem problem, String path) {
    registry
        .counter(
            "millrace.http.problems",
            "status",
            Integer.toString(problem.status().value()),
            "kind",
            problem.kind() == null ? "none" : problem.kind())
        .increment();
    try {
      return JSON.writeValueAsString(problem.body(path));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("A problem has a member that is no JSON", e);
    }
  }

  /** The whole answer, unless another is on its way already. */
  public void write(Problem problem, HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    if (response.isCommitted()) {
      return;
    }
    response.resetBuffer();
    response.setStatus(problem.status().value());
    problem.headers().forEach(response::setHeader);
    response.setContentType(MEDIA_TYPE);
    byte[] body = text(problem, path(request)).getBytes(StandardCharsets.UTF_8);
    response.setContentLength(body.length);
    response.getOutputStream().write(body);
    response.flushBuffer();
  }

  /** After an error the request has the address of the error page; the first one is kept aside. */
  private static String path(HttpServletRequest request) {
    Object first = request.getAttribute(RequestDispatcher.ERROR_REQUEST_URI);
    return first == null ? request.getRequestURI() : first.toString();
  }
}
