package dev.millrace.problem;

import java.net.URI;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.ProblemDetail;

/**
 * Why a request was refused, before it is known which address it came to.
 *
 * @param status from 400
 * @param kind what tells it from others of the same status, as the last part of {@code type}, or
 *     the whole of a type that others defined; null = the status says it all
 * @param detail for people: what is wrong, and what to do
 * @param members further members of the body by name
 * @param headers of the answer
 */
public record Problem(
    HttpStatus status,
    String kind,
    String detail,
    Map<String, Object> members,
    Map<String, String> headers) {

  private static final String TYPES = "urn:problem-type:millrace:";
  private static final String INVALID = "invalid-request";

  public Problem {
    members = Map.copyOf(members);
    headers = Map.copyOf(headers);
  }

  /** A problem that its status describes. */
  public static Problem of(HttpStatus status, String detail) {
    return new Problem(status, null, detail, Map.of(), Map.of());
  }

  /** A request with parts that cannot be taken. */
  public static Problem invalid(HttpStatus status, InvalidField... fields) {
    List<InvalidField> errors = List.of(fields);
    return new Problem(
        status,
        INVALID,
        String.join(" ", errors.stream().map(InvalidField::sentence).toList()),
        Map.of("errors", errors),
        Map.of());
  }

  /** The same in other words. */
  public Problem detail(String words) {
    return new Problem(status, kind, words, members, headers);
  }

  /** The same, told apart from others of its status. */
  public Problem kind(String name) {
    return new Problem(status, name, detail, members, headers);
  }

  /** The same with one more member. */
  public Problem with(String name, Object value) {
    Map<String, Object> more = new LinkedHashMap<>(members);
    more.put(name, value);
    return new Problem(status, kind, detail, more, headers);
  }

  /** The same with one more header. */
  public Problem header(String name, String value) {
    Map<String, String> more = new LinkedHashMap<>(headers);
    more.put(name, value);
    return new Problem(status, kind, detail, members, more);
  }

  /** The same with the time after which it is worth asking again, in whole seconds, 1 or more. */
  public Problem retryAfter(Duration pause) {
    long seconds = Math.max(1, WholeSeconds.up(pause));
    return header(HttpHeaders.RETRY_AFTER, Long.toString(seconds));
  }

  /** It as an exception, for who cannot go on. */
  public ProblemException asException() {
    return new ProblemException(this, null);
  }

  /**
   * The body.
   *
   * @param path the address that was asked, as it was sent and without its query
   */
  ProblemDetail body(String path) {
    ProblemDetail body = ProblemDetail.forStatusAndDetail(status, detail);
    body.setTitle(status.getReasonPhrase());
    if (kind != null) {
      body.setType(URI.create(kind.startsWith("https:") ? kind : TYPES + kind));
    }
    try {
      body.setInstance(URI.create(path));
    } catch (IllegalArgumentException e) {
      // Some servers take addresses that are none; the problem is told without it.
      body.setInstance(null);
    }
    members.forEach(body::setProperty);
    return body;
  }
}
