package dev.millrace.api;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.millrace.problem.Problem;
import dev.millrace.problem.ProblemException;
import dev.millrace.problem.Problems;
import dev.millrace.problem.StatusProblem;
import dev.millrace.rest.client.RestRedisException;
import java.time.Duration;
import java.util.Map;
import org.apache.camel.Exchange;
import org.apache.camel.Header;
import org.apache.camel.Message;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.stereotype.Component;

/** Makes answers of HTTP from what beans return and throw; {@code routes/http/api.camel.yaml}. */
@Component
public class Answers {

  private static final Logger LOG = LoggerFactory.getLogger(Answers.class);

  /** The client of Redis over HTTP tries again by itself after about as long. */
  private static final Duration REDIS_PAUSE = Duration.ofSeconds(5);

  private static final int OK = 200;

  private final ObjectMapper json;
  private final Problems problems;

  public Answers(ObjectMapper json, Problems problems) {
    this.json = json;
    this.problems = problems;
  }

  /** Makes the answer of the message's body: an {@link Answer}, or what is answered as JSON. */
  public void write(Exchange exchange) throws JsonProcessingException {
    Message message = exchange.getMessage();
    Object body = message.getBody();
    Answer answer =
        body instanceof Answer made
            ? made
            : new Answer(
                OK, Map.of(), MediaType.APPLICATION_JSON_VALUE, json.writeValueAsString(body));
    // Here are still the headers of the request.
    message.removeHeaders("*");
    message.setHeader(Exchange.HTTP_RESPONSE_CODE, answer.status());
    answer.headers().forEach(message::setHeader);
    if (answer.type() != null) {
      message.setHeader(Exchange.CONTENT_TYPE, answer.type());
    }
    message.setBody(answer.body());
  }

  /**
   * The answer to a request that failed.
   *
   * @param path the address that was asked, as it was sent
   */
  public Answer failure(@Header(Exchange.HTTP_PATH) String path, Exchange exchange) {
    // Camel's own ways to the exception prefer what caused it.
    Exception failure = exchange.getProperty(Exchange.EXCEPTION_CAUGHT, Exception.class);
    return of(problem(failure, exchange.getProperty(Exchange.FAILURE_ROUTE_ID)), path);
  }

  /** The answer that tells a problem. */
  Answer of(Problem problem, String path) {
    return new Answer(
        problem.status().value(),
        problem.headers(),
        Problems.MEDIA_TYPE,
        problems.text(problem, path));
  }

  /** Names the route in the log and not the address: a phone number may be part of that. */
  private static Problem problem(Exception failure, Object route) {
    if (failure instanceof ProblemException refused) {
      return refused.problem();
    }
    if (failure instanceof RestRedisException away) {
      LOG.warn("Route {} is not served: {}", route, away.getMessage());
      return Problem.of(
              HttpStatus.SERVICE_UNAVAILABLE,
              "Redis does not do what is asked of it. Ask again later; the log has more.")
          .kind("redis-unavailable")
          .retryAfter(REDIS_PAUSE);
    }
    LOG.error("Route {} failed", route, failure);
    return StatusProblem.of(HttpStatus.INTERNAL_SERVER_ERROR.value());
  }
}
