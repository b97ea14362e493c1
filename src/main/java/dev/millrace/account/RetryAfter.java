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

  private RetryAfter() {}

  /** Reads {@code Retry-After} in either of its forms, seconds or a date. */
  static Instant read(HttpHeaders headers, Clock clock) {
    Instant now = clock.instant();
    String value = headers.getFirst(HttpHeaders.RETRY_AFTER);
    if (value == null || value.isBlank()) {
      return now.plus(DEFAULT);
    }
    if (value.trim().matches("\\d{1,9}")) {
      return now.plusSeconds(Long.parseLong(value.trim()));
    }
    try {
      Instant date =
          ZonedDateTime.parse(value.trim(), DateTimeFormatter.RFC_1123_DATE_TIME).toInstant();
      return date.isBefore(now) ? now : date;
    } catch (DateTimeException e) {
      return now.plus(DEFAULT);
    }
  }
}
