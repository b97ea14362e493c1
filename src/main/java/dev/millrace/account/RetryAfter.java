package dev.millrace.account;

import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import org.springframework.http.HttpHeaders;

/** When a service that is asked too often wants to be asked again. */
final class RetryAfter {

  /** If it does not say: its quotas are counted by the minute. */
  static final Duration DEFAULT = Duration.ofSeconds(60);

  /** Never at once, which would be asking in a circle. */
  static final Duration SHORTEST = Duration.ofSeconds(1);

  /** A job waits no longer in all; a longer pause would only keep its place taken. */
  static final Duration LONGEST = Duration.ofHours(24);

  private RetryAfter() {}

  /** Reads {@code Retry-After} in either of its forms, seconds or a date: 1 second to a day. */
  static Instant read(HttpHeaders headers, Clock clock) {
    Instant now = clock.instant();
    Instant asked = asked(headers, now);
    if (asked.isBefore(now.plus(SHORTEST))) {
      return now.plus(SHORTEST);
    }
    return asked.isAfter(now.plus(LONGEST)) ? now.plus(LONGEST) : asked;
  }

  private static Instant asked(HttpHeaders headers, Instant now) {
    String value = headers.getFirst(HttpHeaders.RETRY_AFTER);
    if (value == null || value.isBlank()) {
      return now.plus(DEFAULT);
    }
    if (value.trim().matches("\\d{1,9}")) {
      return now.plusSeconds(Long.parseLong(value.trim()));
    }
    try {
      return ZonedDateTime.parse(value.trim(), DateTimeFormatter.RFC_1123_DATE_TIME).toInstant();
    } catch (DateTimeException e) {
      return now.plus(DEFAULT);
    }
  }
}
