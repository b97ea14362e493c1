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
import org.apache.camel.CamelExchangeException;
import org.apache.camel.Exchange;
import org.apache.camel.Header;
import org.apache.camel.Message;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessResourceFailureException;
import org.springframework.dao.RecoverableDataAccessException;
import org.springframework.dao.TransientDataAccessException;
import org.springframework.data.redis.RedisConnectionFailureException;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.stereotype.Component;
import org.springframework.transaction.CannotCreateTransactionException;
import org.springframework.transaction.TransactionSystemException;

/** Makes answers of HTTP from what beans return and throw; {@code routes/http/api.camel.yaml}. */
@Component
public class Answers {

  private static final Logger LOG = LoggerFactory.getLogger(Answers.class);

  /** Clients of Redis and of the database try again by themselves after about as long. */
  private static final Duration PAUSE = Duration.ofSeconds(5);

  private static final Map<String, String> DETAILS =
      Map.of(
          "redis-unavailable",
          "Redis does not do what is asked of it.",
          "queue-unavailable",
          "The queue takes no jobs at the moment.",
          "database-unavailable",
          "The database does not answer, or has too much to do.");

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
    String away = away(failure);
    if (away != null) {
      LOG.warn("Route {} is not served: {}", route, failure.getMessage());
      return Problem.of(
              HttpStatus.SERVICE_UNAVAILABLE,
              DETAILS.get(away) + " Ask again later; the log has more.")
          .kind(away)
          .retryAfter(PAUSE);
    }
    LOG.error("Route {} failed", route, failure);
    return StatusProblem.of(HttpStatus.INTERNAL_SERVER_ERROR.value());
  }

  /** What did not answer, as the problem is called; null = the failure is our own. */
  private static String away(Exception failure) {
    if (failure instanceof RestRedisException
        || failure instanceof RedisConnectionFailureException) {
      return "redis-unavailable";
    }
    // Its subclasses are about messages, and not about queues.
    if (failure != null && failure.getClass() == CamelExchangeException.class) {
      return "queue-unavailable";
    }
    return failure instanceof DataAccessResourceFailureException
            || failure instanceof TransientDataAccessException
            || failure instanceof RecoverableDataAccessException
            || failure instanceof CannotCreateTransactionException
            || failure instanceof TransactionSystemException
        ? "database-unavailable"
        : null;
  }
}
