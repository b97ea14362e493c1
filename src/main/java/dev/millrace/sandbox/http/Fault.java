package dev.millrace.sandbox.http;

import java.time.Duration;
import java.util.Set;

/**
 * What goes wrong with the next requests that match.
 *
 * @param pathPart the request's path must contain this; empty matches all
 * @param times how many requests it hits
 * @param status of the answer, for {@link Kind#ANSWER}
 * @param reason the service's own word for it, e.g. {@code rateLimitExceeded}; empty for the usual
 *     one of that status
 * @param hold {@code Retry-After} of an answer; else how long to hold the connection
 * @param withQuery only requests that carry all these query parameters
 * @param withoutQuery only requests that carry none of these query parameters
 */
public record Fault(
    Service service,
    Kind kind,
    int status,
    String reason,
    Duration hold,
    String pathPart,
    int times,
    Set<String> withQuery,
    Set<String> withoutQuery) {

  /** The ways in which a request can go wrong. */
  public enum Kind {
    /** An error answer; the request has no effect. */
    ANSWER,
    /** The connection is closed without an answer; the request has no effect. */
    CUT,
    /** The right answer, late. */
    SLOW,
    /** The request takes effect, but the connection is held and then closed without an answer. */
    ACCEPT_THEN_SILENCE
  }

  public Fault {
    if (times < 1) {
      throw new IllegalArgumentException("times must be at least 1, was " + times);
    }
    if (kind == Kind.ANSWER && (status < 400 || status > 599)) {
      throw new IllegalArgumentException(
          "status of a fault must be an error (400-599), was " + status);
    }
    if (hold.isNegative()) {
      throw new IllegalArgumentException("hold must not be negative, was " + hold);
    }
    withQuery = Set.copyOf(withQuery);
    withoutQuery = Set.copyOf(withoutQuery);
  }

  /** An error answer with the service's own body for that status. */
  public static Fault answer(Service service, int status, String reason) {
    return of(service, Kind.ANSWER, status, reason, Duration.ZERO);
  }

  public static Fault unauthorized(Service service) {
    return answer(service, 401, "");
  }

  /** Google's 403 with reason {@code rateLimitExceeded}. */
  public static Fault quotaExceeded(Service service) {
    return answer(service, 403, "rateLimitExceeded");
  }

  /** 429; zero leaves {@code Retry-After} out. */
  public static Fault tooManyRequests(Service service, Duration retryAfter) {
    return of(service, Kind.ANSWER, 429, "", retryAfter);
  }

  public static Fault serverError(Service service, int status) {
    return answer(service, status, "");
  }

  public static Fault cut(Service service) {
    return of(service, Kind.CUT, 0, "", Duration.ZERO);
  }

  public static Fault slow(Service service, Duration delay) {
    return of(service, Kind.SLOW, 0, "", delay);
  }

  public static Fault acceptThenSilence(Service service, Duration held) {
    return of(service, Kind.ACCEPT_THEN_SILENCE, 0, "", held);
  }

  private static Fault of(Service service, Kind kind, int status, String reason, Duration hold) {
    return new Fault(service, kind, status, reason, hold, "", 1, Set.of(), Set.of());
  }

  public Fault times(int number) {
    return new Fault(
        service, kind, status, reason, hold, pathPart, number, withQuery, withoutQuery);
  }

  public Fault onPath(String part) {
    return new Fault(service, kind, status, reason, hold, part, times, withQuery, withoutQuery);
  }

  public Fault withQuery(String... names) {
    return new Fault(
        service, kind, status, reason, hold, pathPart, times, Set.of(names), withoutQuery);
  }

  public Fault withoutQuery(String... names) {
    return new Fault(
        service, kind, status, reason, hold, pathPart, times, withQuery, Set.of(names));
  }

  boolean hits(Service asked, Request request) {
    return service == asked
        && request.path().contains(pathPart)
        && request.query().names().containsAll(withQuery)
        && withoutQuery.stream().noneMatch(request.query()::has);
  }
}
