package dev.millrace.notification;

import dev.millrace.job.JobFields;
import dev.millrace.job.SqlInstant;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Takes messages out of the outbox to be sent. The claim is committed before anything leaves the
 * house: after a crash a message is known to be in doubt, instead of being sent again unseen.
 */
@Component
public class Delivery {

  /** An attempt without an answer for so long will not get one. */
  static final Duration DOUBTFUL_AFTER = Duration.ofMinutes(2);

  /** The second attempt carries the same Message-ID, which mail servers may recognise. */
  static final int MOST_EMAIL_ATTEMPTS = 2;

  /** Text messages have the limit sms-outgoing, which the route asks. */
  static final int EMAILS_PER_HOUR = 20;

  private static final Duration LIMIT_WINDOW = Duration.ofHours(1);

  private static final String CANDIDATES =
      """
      SELECT m.id, m.user_id, m.channel, m.purpose, m.to_address, m.subject, m.body, m.expires_at,
             u.time_zone, p.paused_until,
             coalesce(p.quiet_start, '21:00') AS quiet_start,
             coalesce(p.quiet_end, '08:00') AS quiet_end,
             EXISTS (SELECT 1 FROM user_phones f
                     WHERE f.user_id = m.user_id AND f.e164 = m.to_address
                       AND f.verified_at IS NOT NULL AND f.opted_out_at IS NULL
                       AND f.unusable_code IS NULL) AS phone_usable,
             (SELECT count(*) FROM outbound_messages o
              WHERE o.user_id = m.user_id AND o.channel = m.channel
                AND o.state <> 'queued' AND o.claimed_at > :window) AS recent
      FROM outbound_messages m
      JOIN users u ON u.id = m.user_id
      LEFT JOIN notification_preferences p ON p.user_id = m.user_id
      WHERE m.id IN (:ids) AND m.not_before <= :now
        AND (m.state = 'queued'
          OR (m.channel = 'email' AND m.state IN ('sending', 'unknown')
              AND m.attempts < :mostAttempts AND m.claimed_at <= :stale))
      ORDER BY m.not_before, m.id
      FOR UPDATE OF m SKIP LOCKED
      """;

  private static final String CLAIM =
      """
      UPDATE outbound_messages SET state = 'sending', attempts = attempts + 1, claimed_at = :now
      WHERE id = :id
      """;

  private static final String DEFER =
      "UPDATE outbound_messages SET not_before = :until, state_reason = :reason WHERE id = :id";

  private final JdbcClient jdbc;
  private final OutboxStates states;
  private final TransactionTemplate transaction;
  private final Clock clock;
  private final String smsFrom;

  Delivery(
      JdbcClient jdbc,
      OutboxStates states,
      PlatformTransactionManager transactions,
      Clock clock,
      @Value("${twilio.from}") String smsFrom) {
    this.jdbc = jdbc;
    this.states = states;
    this.transaction = new TransactionTemplate(transactions);
    this.clock = clock;
    this.smsFrom = smsFrom;
  }

  /** Messages that are this job's to send, and all that it was asked for. */
  public record Claimed(List<UUID> ids, List<OutgoingEmail> emails, List<OutgoingSms> sms) {}

  /**
   * Claims what may be sent now. What is too late or no longer wanted is suppressed; what falls
   * into quiet hours, a pause or over the hourly limit is put off.
   *
   * @param payload {@code messageIds}
   */
  public Claimed claim(Map<String, Object> payload) {
    List<UUID> ids = JobFields.uuids(payload, "messageIds");
    Claimed claimed = new Claimed(ids, new ArrayList<>(), new ArrayList<>());
    if (!ids.isEmpty()) {
      transaction.executeWithoutResult(status -> claim(claimed));
    }
    return claimed;
  }

  /**
   * How the messages stand once all were tried.
   *
   * @throws DeliveryIncompleteException where some could not be sent and may be at once; the next
   *     attempt of the job takes those alone
   */
  public Map<String, Object> conclude(Claimed claimed) {
    if (claimed.ids().isEmpty()) {
      return Map.of();
    }
    Map<String, Object> counts = new HashMap<>();
    jdbc.sql(
            """
            SELECT CASE WHEN state = 'queued' AND not_before > :now THEN 'deferred'
                        ELSE state::text END AS outcome, count(*) AS messages
            FROM outbound_messages WHERE id IN (:ids) GROUP BY 1
            """)
        .param("now", SqlInstant.of(clock.instant()))
        .param("ids", claimed.ids())
        .query(
            rs -> {
              counts.put(rs.getString("outcome"), rs.getInt("messages"));
            });
    if (counts.get("queued") instanceof Integer left) {
      throw new DeliveryIncompleteException(left, claimed.ids().size());
    }
    return counts;
  }

  private void claim(Claimed claimed) {
    Instant now = clock.instant();
    List<Candidate> candidates =
        jdbc.sql(CANDIDATES)
            .param("ids", claimed.ids())
            .param("now", SqlInstant.of(now))
            .param("window", SqlInstant.of(now.minus(LIMIT_WINDOW)))
            .param("stale", SqlInstant.of(now.minus(DOUBTFUL_AFTER)))
            .param("mostAttempts", MOST_EMAIL_ATTEMPTS)
            .query((rs, row) -> Candidate.read(rs))
            .list();
    Map<UUID, Integer> taken = new HashMap<>();
    for (Candidate message : candidates) {
      if (!message.expiresAt().isAfter(now)) {
        states.suppressed(message.id(), "expired");
      } else if (message.isSms() && !message.phoneUsable()) {
        states.suppressed(message.id(), "phone_not_usable");
      } else if (message.pausedUntil() != null && message.pausedUntil().isAfter(now)) {
        defer(message.id(), message.pausedUntil(), "paused");
      } else if (message.isSms() && message.loudFrom(now).isAfter(now)) {
        defer(message.id(), message.loudFrom(now), "quiet_hours");
      } else if (!message.isSms()
          && message.recent() + taken.getOrDefault(message.userId(), 0) >= EMAILS_PER_HOUR) {
        defer(message.id(), now.plus(LIMIT_WINDOW), "hourly_limit");
      } else {
        taken.merge(message.userId(), 1, Integer::sum);
        take(message, now, claimed);
      }
    }
  }

  private void take(Candidate message, Instant now, Claimed claimed) {
    jdbc.sql(CLAIM).param("now", SqlInstant.of(now)).param("id", message.id()).update();
    if (message.isSms()) {
      claimed
          .sms()
          .add(
              new OutgoingSms(
                  message.id(), message.userId(), smsFrom, message.to(), message.body()));
    } else {
      claimed
          .emails()
          .add(
              new OutgoingEmail(
                  message.id(),
                  message.to(),
                  message.subject(),
                  message.body(),
                  message.purpose()));
    }
  }

  private void defer(UUID id, Instant until, String reason) {
    jdbc.sql(DEFER)
        .param("until", SqlInstant.of(until))
        .param("reason", reason)
        .param("id", id)
        .update();
  }

  private record Candidate(
      UUID id,
      UUID userId,
      String channel,
      String purpose,
      String to,
      String subject,
      String body,
      Instant expiresAt,
      ZoneId zone,
      Instant pausedUntil,
      QuietHours quietHours,
      boolean phoneUsable,
      int recent) {

    static Candidate read(ResultSet rs) throws SQLException {
      return new Candidate(
          rs.getObject("id", UUID.class),
          rs.getObject("user_id", UUID.class),
          rs.getString("channel"),
          rs.getString("purpose"),
          rs.getString("to_address"),
          rs.getString("subject"),
          rs.getString("body"),
          SqlInstant.read(rs, "expires_at"),
          ZoneId.of(rs.getString("time_zone")),
          SqlInstant.read(rs, "paused_until"),
          new QuietHours(
              rs.getObject("quiet_start", LocalTime.class),
              rs.getObject("quiet_end", LocalTime.class)),
          rs.getBoolean("phone_usable"),
          rs.getInt("recent"));
    }

    boolean isSms() {
      return channel.equals("sms");
    }

    Instant loudFrom(Instant now) {
      return quietHours.nextLoud(now, zone);
    }
  }
}
