package dev.millrace.notification;

import dev.millrace.job.SqlInstant;
import java.sql.Types;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * Writes what became of a claimed message, and counts it. A code to verify a number is blanked as
 * soon as it is of no more use.
 */
@Component
class OutboxStates {

  private static final String BLANKED =
      "body = CASE WHEN purpose = 'verification' THEN '' ELSE body END";

  private static final String COUNTED =
      " RETURNING channel::text, purpose, state::text, not_before";

  private static final String SENT =
      "UPDATE outbound_messages SET state = 'sent', state_reason = NULL, provider_id = :provider,"
          + " sent_at = :now, "
          + BLANKED
          + " WHERE id = :id AND state IN ('sending', 'unknown')"
          + COUNTED;

  private static final String ADOPTED =
      "UPDATE outbound_messages SET state = CAST(:state AS msg_state), state_reason = 'looked_up',"
          + " provider_id = :provider, provider_code = :code,"
          + " sent_at = CASE WHEN :left THEN CAST(:now AS timestamptz) END, "
          + BLANKED
          + " WHERE id = :id AND state IN ('sending', 'unknown')"
          + COUNTED;

  /** The first few attempts are the job's, which has waits of its own; then it is the tick's. */
  private static final String REFUSED =
      """
      UPDATE outbound_messages
      SET state = 'queued', state_reason = :reason, attempts = attempts - 1,
          refusals = refusals + 1,
          not_before = :now + CASE WHEN refusals < 4 THEN interval '0'
            ELSE least(interval '1 hour', interval '5 minutes' * power(2, least(refusals, 10) - 4)) END
      WHERE id = :id AND state = 'sending'
        AND claimed_at = coalesce(CAST(:claimed AS timestamptz), claimed_at)
      """;

  private static final String WAITING =
      """
      UPDATE outbound_messages
      SET state = 'queued', state_reason = :reason, attempts = attempts - 1, not_before = :notBefore
      WHERE id = :id AND state = 'sending'
      """;

  /** What is posted a second time is looked for right before it, not hours earlier. */
  private static final String DEFERRED =
      """
      UPDATE outbound_messages SET not_before = :until, state_reason = :reason,
        state = CASE WHEN channel = 'sms' AND attempts > 0 THEN 'unknown' ELSE state END
      WHERE id = :id
      """;

  private static final String NOT_FOUND_YET =
      """
      UPDATE outbound_messages SET state = 'unknown', not_before = :until
      WHERE id = :id AND state IN ('sending', 'unknown') AND claimed_at = :claimed
      """;

  private static final String ONCE_MORE =
      """
      UPDATE outbound_messages SET state = 'queued', state_reason = 'not_at_twilio', not_before = :now
      WHERE id = :id AND state IN ('sending', 'unknown') AND claimed_at = :claimed
      """;

  private static final String ENDED =
      "UPDATE outbound_messages SET state = CAST(:state AS msg_state), state_reason = :reason,"
          + " provider_code = :code, body = CASE WHEN purpose = 'verification' AND :state <> 'unknown'"
          + " THEN '' ELSE body END"
          + " WHERE id = :id AND state IN ('queued', 'sending', 'unknown')"
          + " AND (CAST(:claimed AS timestamptz) IS NULL OR claimed_at = :claimed)"
          + COUNTED;

  private final JdbcClient jdbc;
  private final MessageMeters meters;
  private final FirstSent firstSent;
  private final Clock clock;

  OutboxStates(JdbcClient jdbc, MessageMeters meters, FirstSent firstSent, Clock clock) {
    this.jdbc = jdbc;
    this.meters = meters;
    this.firstSent = firstSent;
    this.clock = clock;
  }

  private record Counted(String channel, String purpose, String state, Instant due) {}

  /** The other side took the message, which may have told so by itself before. */
  void sent(UUID id, String providerId) {
    Instant now = clock.instant();
    left(
        id,
        row(jdbc.sql(SENT).param("provider", providerId).param("now", SqlInstant.of(now)), id),
        now);
  }

  /**
   * It was found at the other side, which says how it stands.
   *
   * @return whether nobody knew better meanwhile
   */
  boolean adopted(UUID id, String providerId, String state, String code) {
    Instant now = clock.instant();
    boolean left = state.equals("sent") || state.equals("delivered");
    Counted adopted =
        row(
            jdbc.sql(ADOPTED)
                .param("provider", providerId)
                .param("state", state)
                .param("code", code)
                .param("left", left)
                .param("now", SqlInstant.of(now)),
            id);
    if (left) {
      left(id, adopted, now);
    }
    if (adopted != null && !state.equals("sent")) {
      meters.ended(adopted.channel(), adopted.purpose(), state);
    }
    return adopted != null;
  }

  /** It certainly was not sent, for a reason that passes; each time it waits longer. */
  void refused(UUID id, String reason) {
    refused(id, reason, null);
  }

  /**
   * The same.
   *
   * @param claimed of the attempt that came to nothing, where another may have begun
   */
  void refused(UUID id, String reason, Instant claimed) {
    meters.putOff(reason);
    jdbc.sql(REFUSED)
        .param("reason", reason)
        .param("now", SqlInstant.of(clock.instant()))
        .param("claimed", SqlInstant.of(claimed), Types.OTHER)
        .param("id", id)
        .update();
  }

  /** It certainly was not sent, and may be from {@code notBefore} on; that is no failed attempt. */
  void waiting(UUID id, String reason, Instant notBefore) {
    meters.putOff(reason);
    jdbc.sql(WAITING)
        .param("reason", reason)
        .param("notBefore", SqlInstant.of(notBefore))
        .param("id", id)
        .update();
  }

  /** It was not even tried, and will be from {@code until} on. */
  void deferred(UUID id, String reason, Instant until) {
    meters.putOff(reason);
    jdbc.sql(DEFERRED)
        .param("until", SqlInstant.of(until))
        .param("reason", reason)
        .param("id", id)
        .update();
  }

  /** Still in doubt; it is looked for again from {@code until} on. */
  void notFoundYet(DoubtfulSms sms, String reason, Instant until) {
    meters.putOff(reason);
    jdbc.sql(NOT_FOUND_YET)
        .param("until", SqlInstant.of(until))
        .param("claimed", SqlInstant.of(sms.claimedAt()))
        .param("id", sms.id())
        .update();
  }

  /** It did not arrive at the other side: it is tried once more, if it still may be sent. */
  void onceMore(DoubtfulSms sms) {
    meters.putOff("not_at_twilio");
    jdbc.sql(ONCE_MORE)
        .param("now", SqlInstant.of(clock.instant()))
        .param("claimed", SqlInstant.of(sms.claimedAt()))
        .param("id", sms.id())
        .update();
  }

  /** Nobody can tell whether it was sent; a blind second attempt could send it twice. */
  void doubtful(UUID id, String reason) {
    end(id, "unknown", reason, null, null);
  }

  /**
   * @return whether nobody knew better meanwhile
   */
  boolean failed(UUID id, String reason, String code) {
    return end(id, "failed", reason, code, null);
  }

  /** It was looked for in vain, unless it was posted once more meanwhile. */
  void notFound(DoubtfulSms sms, String reason) {
    end(sms.id(), "failed", reason, null, sms.claimedAt());
  }

  void suppressed(UUID id, String reason) {
    end(id, "suppressed", reason, null, null);
  }

  private boolean end(UUID id, String state, String reason, String code, Instant claimed) {
    Counted row =
        row(
            jdbc.sql(ENDED)
                .param("state", state)
                .param("reason", reason)
                .param("code", code)
                .param("claimed", SqlInstant.of(claimed), Types.OTHER),
            id);
    if (row != null) {
      meters.ended(row.channel(), row.purpose(), row.state());
    }
    return row != null;
  }

  private void left(UUID id, Counted row, Instant now) {
    if (row != null) {
      meters.left(row.channel(), row.purpose(), Duration.between(row.due(), now));
      firstSent.note(id, now);
    }
  }

  /** Null where the message was no more in a state to be changed. */
  private static Counted row(JdbcClient.StatementSpec statement, UUID id) {
    return statement
        .param("id", id)
        .query(
            (rs, at) ->
                new Counted(
                    rs.getString("channel"),
                    rs.getString("purpose"),
                    rs.getString("state"),
                    SqlInstant.read(rs, "not_before")))
        .optional()
        .orElse(null);
  }
}
