package dev.millrace.notification;

import dev.millrace.job.Batches;
import dev.millrace.job.SqlInstant;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * What the minute's tick asks first: the database knows what is due, so a quiet minute costs no
 * Redis command.
 */
@Component
public class DueNotifications {

  static final int MOST_DIGESTS = 1_000;
  static final int MOST_MESSAGES = 500;

  /**
   * Messages are delivered by an event as soon as they are written. Only what is still there after
   * this time was deferred, or lost its event.
   */
  static final Duration GRACE = Duration.ofSeconds(30);

  private static final String DIGESTS =
      """
      SELECT p.user_id, p.digest_day, p.digest_time, p.next_digest_date
      FROM notification_preferences p JOIN users u ON u.id = p.user_id
      WHERE p.next_digest_at <= :now AND p.next_digest_date IS NOT NULL AND u.deleted_at IS NULL
      ORDER BY p.next_digest_at LIMIT :most
      """;

  /** Everybody's first ones come before anybody's many. */
  private static final String MESSAGES =
      """
      SELECT id, purpose FROM (
        SELECT id, purpose, not_before,
               row_number() OVER (PARTITION BY user_id ORDER BY not_before, id) AS turn
        FROM outbound_messages
        WHERE not_before <= :due
          AND (state = 'queued'
            OR (state IN ('sending', 'unknown')
              AND claimed_at <= CASE channel WHEN 'sms' THEN CAST(:staleSms AS timestamptz)
                                ELSE CAST(:staleEmail AS timestamptz) END))
      ) AS waiting
      ORDER BY turn, not_before LIMIT :most
      """;

  private final JdbcClient jdbc;
  private final DigestDates dates;
  private final DeliveryHealth health;
  private final Clock clock;

  DueNotifications(JdbcClient jdbc, DigestDates dates, DeliveryHealth health, Clock clock) {
    this.jdbc = jdbc;
    this.dates = dates;
    this.health = health;
    this.clock = clock;
  }

  /** Payloads of batch-notifications; both lists are empty in most minutes. */
  public record Due(
      List<List<Map<String, Object>>> digests, List<List<Map<String, Object>>> deliveries) {}

  /**
   * What is due now, of all users in turn. It stays due until its job has run, so a lost job is
   * asked for again.
   */
  public Due find() {
    dates.scheduleNew();
    health.check();
    Instant now = clock.instant();
    List<Map<String, Object>> digests =
        jdbc.sql(DIGESTS)
            .param("now", SqlInstant.of(now))
            .param("most", MOST_DIGESTS)
            .query(
                (rs, row) ->
                    Map.<String, Object>of(
                        "userId", rs.getString("user_id"),
                        "dayOfWeek", rs.getInt("digest_day"),
                        "time", rs.getObject("digest_time", LocalTime.class).toString(),
                        "occurrenceDate",
                            rs.getObject("next_digest_date", LocalDate.class).toString()))
            .list();
    List<Deliveries.Waiting> messages =
        jdbc.sql(MESSAGES)
            .param("due", SqlInstant.of(now.minus(GRACE)))
            .param("staleSms", SqlInstant.of(now.minus(OutboxRow.SMS_DOUBTFUL_AFTER)))
            .param("staleEmail", SqlInstant.of(now.minus(OutboxRow.EMAIL_DOUBTFUL_AFTER)))
            .param("most", MOST_MESSAGES)
            .query(
                (rs, row) ->
                    new Deliveries.Waiting(rs.getObject("id", UUID.class), rs.getString("purpose")))
            .list();
    return new Due(Batches.of(digests), Batches.of(Deliveries.inShares(messages)));
  }
}
