package dev.millrace.api;

import dev.millrace.problem.InvalidField;
import dev.millrace.problem.Problem;
import dev.millrace.problem.ProblemException;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.regex.Pattern;
import org.springframework.http.HttpStatus;

/**
 * The parameter {@code ttl}.
 *
 * @param sent as it was sent
 * @param time what it means, a second or more
 */
record TimeToLive(String sent, Duration time) {

  private static final String FORMS =
      "send seconds, as ?ttl=300, or a duration as ISO 8601 has it, as ?ttl=PT5M";
  private static final Pattern SECONDS = Pattern.compile("[0-9]{1,10}");

  /**
   * @param sent null = nothing
   * @throws ProblemException when it is none
   */
  static TimeToLive of(String sent) {
    if (sent == null || sent.isBlank()) {
      throw refused(sent, FORMS + "; every value has an end", null);
    }
    Duration time;
    try {
      time =
          SECONDS.matcher(sent).matches()
              ? Duration.ofSeconds(Long.parseLong(sent))
              : Duration.parse(sent);
    } catch (DateTimeParseException e) {
      throw refused(sent, FORMS, e);
    }
    if (time.compareTo(Duration.ofSeconds(1)) < 0) {
      throw refused(sent, "send a second or more", null);
    }
    return new TimeToLive(sent, time);
  }

  /** What to answer when the cache does not take it. */
  ProblemException refused(IllegalArgumentException refusal) {
    return new ProblemException(
        Problem.invalid(
            HttpStatus.BAD_REQUEST, new InvalidField("ttl", sent, refusal.getMessage())),
        refusal);
  }

  private static ProblemException refused(String sent, String remedy, Exception cause) {
    return new ProblemException(
        Problem.invalid(HttpStatus.BAD_REQUEST, new InvalidField("ttl", sent, remedy + ".")),
        cause);
  }
}
