package dev.millrace.queue;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;

/**
 * A job scheduler as it stands in Redis, whoever wrote it. What its writer did not say is null; of
 * a repeatable job of Bull, whose definition is in its jobs, there is only the id.
 *
 * @param id the scheduler's id; for a repeatable job of BullMQ 5 a digest
 * @param name of its jobs
 * @param next when the next job is due
 * @param every the interval
 * @param pattern the cron pattern
 * @param tz the pattern's time zone
 * @param limit how many runs there are in all
 * @param startDate before it nothing runs
 * @param endDate after it nothing is scheduled
 * @param offset of the interval's grid from the epoch's
 * @param iterations jobs made so far
 * @param data payload of the jobs, JSON text
 * @param options of the jobs
 */
public record JobScheduler(
    String id,
    String name,
    Instant next,
    Duration every,
    String pattern,
    String tz,
    Long limit,
    Instant startDate,
    Instant endDate,
    Duration offset,
    Long iterations,
    String data,
    JobOptions options) {

  static JobScheduler parse(String id, String next, Map<String, String> hash) {
    return new JobScheduler(
        id,
        hash.get("name"),
        time(next),
        span(hash.get("every")),
        hash.get("pattern"),
        hash.get("tz"),
        number(hash.get("limit")),
        time(hash.get("startDate")),
        time(hash.get("endDate")),
        span(hash.get("offset")),
        number(hash.get("ic")),
        hash.get("data"),
        hash.get("opts") == null ? null : JobOptions.parse(hash.get("opts")));
  }

  private static Instant time(String millis) {
    Long value = number(millis);
    return value == null ? null : Instant.ofEpochMilli(value);
  }

  private static Duration span(String millis) {
    Long value = number(millis);
    return value == null ? null : Duration.ofMillis(value);
  }

  /** A foreign client may have written anything; what is no number is not there. */
  private static Long number(String text) {
    try {
      return text == null || text.isEmpty() ? null : (long) Double.parseDouble(text);
    } catch (NumberFormatException e) {
      return null;
    }
  }
}
