package dev.millrace.api;

import dev.millrace.problem.InvalidField;
import dev.millrace.problem.Problem;
import dev.millrace.problem.ProblemException;
import dev.millrace.problem.WholeSeconds;
import dev.millrace.ratelimit.Decision;
import dev.millrace.ratelimit.RateLimits;
import dev.millrace.ratelimit.RefusedCheck;
import dev.millrace.ratelimit.UnknownLimit;
import java.util.List;
import java.util.function.Supplier;
import org.apache.camel.Exchange;
import org.apache.camel.Header;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Component;

/**
 * What {@code routes/http/rate-limits.camel.yaml} calls. What a limit says is in the body alone:
 * headers such as {@code RateLimit} tell the callers of this API of their own limit.
 */
@Component
public class RateLimitsApi {

  private static final String LIMIT = "limit";
  private static final String SUBJECT = "subject";

  private final RateLimits limits;

  public RateLimitsApi(RateLimits limits) {
    this.limits = limits;
  }

  /** All limits. */
  public List<LimitView> list(@Header(Exchange.HTTP_QUERY) String query) {
    new QueryString(query).only();
    return limits.names().stream().map(limits::limit).map(LimitView::of).toList();
  }

  /** What a check would say. */
  public DecisionView peek(
      @Header(LIMIT) String limit,
      @Header(SUBJECT) String subject,
      @Header(Exchange.HTTP_QUERY) String query) {
    new QueryString(query).only();
    return DecisionView.of(ask(() -> limits.peek(limit(limit), subject(subject))));
  }

  /** Takes {@code weight}, or 429; 503 where nobody can count and the limit is closed meanwhile. */
  public DecisionView check(
      @Header(LIMIT) String limit,
      @Header(SUBJECT) String subject,
      @Header(Exchange.HTTP_QUERY) String query) {
    String sent = new QueryString(query).only("weight");
    Decision said =
        ask(
            () -> {
              String name = limit(limit);
              int weight = weight(sent, limits.limit(name).capacity());
              return limits.check(name, subject(subject), weight);
            });
    if (!said.allowed()) {
      throw refused(said);
    }
    return DecisionView.of(said);
  }

  /** Forgets what the subject has taken. */
  public Answer reset(
      @Header(LIMIT) String limit,
      @Header(SUBJECT) String subject,
      @Header(Exchange.HTTP_QUERY) String query) {
    new QueryString(query).only();
    return ask(
        () -> {
          limits.reset(limit(limit), subject(subject));
          return Answer.done();
        });
  }

  private static <T> T ask(Supplier<T> question) {
    try {
      return question.get();
    } catch (UnknownLimit e) {
      throw new ProblemException(Problem.of(HttpStatus.NOT_FOUND, e.getMessage()), e);
    } catch (RefusedCheck e) {
      // The weight has been looked at before, and what is left may be a phone number.
      throw invalid(SUBJECT, null, e.getMessage());
    }
  }

  private static String limit(String sent) {
    return new PathName(LIMIT, sent, 100).text();
  }

  private static String subject(String sent) {
    return new PathName(SUBJECT, sent, 256).text();
  }

  private static int weight(String sent, long most) {
    if (sent == null) {
      return 1;
    }
    try {
      int weight = Integer.parseInt(sent);
      if (weight >= 1 && weight <= most) {
        return weight;
      }
    } catch (NumberFormatException e) {
      // Said below, as for any other text that is no weight.
    }
    throw invalid("weight", sent, "send a whole number from 1 to " + most + ".");
  }

  private static ProblemException invalid(String field, String value, String remedy) {
    return Problem.invalid(HttpStatus.BAD_REQUEST, new InvalidField(field, value, remedy))
        .asException();
  }

  private static ProblemException refused(Decision said) {
    boolean counted = said.source() != Decision.Source.CLOSED;
    return Problem.of(
            counted ? HttpStatus.TOO_MANY_REQUESTS : HttpStatus.SERVICE_UNAVAILABLE,
            "Limit \""
                + said.limit()
                + (counted
                    ? "\" has too little left. Ask again in "
                    : "\" cannot be counted, and lets nothing pass meanwhile. Ask again in ")
                + Math.max(1, WholeSeconds.up(said.retryAfter()))
                + " s.")
        .kind(counted ? "limit-refused" : "limit-closed")
        .with("decision", DecisionView.of(said))
        .retryAfter(said.retryAfter())
        .asException();
  }
}
