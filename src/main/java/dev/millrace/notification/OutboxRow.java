package dev.millrace.notification;

import dev.millrace.job.SqlInstant;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.UUID;

/** A message of the outbox with what decides on its delivery, as all of it is at this moment. */
record OutboxRow(
    UUID id,
    UUID userId,
    String channel,
    String purpose,
    String state,
    int attempts,
    String to,
    String subject,
    String body,
    String html,
    Instant expiresAt,
    Instant claimedAt,
    Instant createdAt,
    ZoneId zone,
    Instant pausedUntil,
    QuietHours quietHours,
    boolean emailQuiet,
    boolean wanted,
    boolean addressUsable,
    boolean answered) {

  /** A post to Twilio without an answer for so long will not get one. */
  static final Duration SMS_DOUBTFUL_AFTER = Duration.ofMinutes(2);

  /** The same of a mail server, which may be slow at each of about ten answers (RFC 5321). */
  static final Duration EMAIL_DOUBTFUL_AFTER = Duration.ofMinutes(20);

  /** The second attempt carries the same Message-ID, which mail servers may recognise. */
  static final int MOST_EMAIL_ATTEMPTS = 2;

  /** A text that would be sent so shortly before quiet hours could arrive in them. */
  static final Duration LEAST_VALIDITY = Duration.ofSeconds(30);

  static final String DUE =
      """
      SELECT m.id, m.user_id, m.channel, m.purpose, m.state, m.attempts, m.to_address, m.subject,
             m.body, m.body_html, m.expires_at, m.claimed_at, m.created_at,
             u.time_zone, p.paused_until,
             p.quiet_start,
             p.quiet_end,
             coalesce(p.email_quiet_hours, false) AS email_quiet,
             u.deleted_at IS NULL AND CASE m.channel
               WHEN 'sms' THEN coalesce(p.sms_enabled, true)
               ELSE coalesce(p.email_enabled, true) END AS wanted,
             CASE
               WHEN m.purpose = 'verification' THEN u.deleted_at IS NULL AND EXISTS (
                 SELECT 1 FROM phone_verifications v WHERE v.message_id = m.id)
               WHEN m.channel = 'sms' THEN EXISTS (
                 SELECT 1 FROM user_phones f
                 WHERE f.user_id = m.user_id AND f.e164 = m.to_address
                   AND f.verified_at IS NOT NULL AND f.opted_out_at IS NULL
                   AND f.unusable_code IS NULL)
               ELSE lower(u.email) = lower(m.to_address) END AS address_usable,
             m.purpose IN ('digest', 'realtime')
               AND EXISTS (SELECT 1 FROM digest_items i WHERE i.message_id = m.id)
               AND NOT EXISTS (
                 SELECT 1 FROM digest_items i JOIN suggestions s ON s.id = i.suggestion_id
                 WHERE i.message_id = m.id AND s.state = 'pending') AS answered
      FROM outbound_messages m
      JOIN users u ON u.id = m.user_id
      LEFT JOIN notification_preferences p ON p.user_id = m.user_id
      WHERE m.id = :id AND m.not_before <= :now
        AND (m.state = 'queued'
          OR (m.state IN ('sending', 'unknown')
            AND m.claimed_at <= CASE m.channel WHEN 'sms' THEN CAST(:staleSms AS timestamptz)
                                ELSE CAST(:staleEmail AS timestamptz) END))
      FOR UPDATE OF m SKIP LOCKED
      """;

  static OutboxRow read(ResultSet rs) throws SQLException {
    return new OutboxRow(
        rs.getObject("id", UUID.class),
        rs.getObject("user_id", UUID.class),
        rs.getString("channel"),
        rs.getString("purpose"),
        rs.getString("state"),
        rs.getInt("attempts"),
        rs.getString("to_address"),
        rs.getString("subject"),
        rs.getString("body"),
        rs.getString("body_html"),
        SqlInstant.read(rs, "expires_at"),
        SqlInstant.read(rs, "claimed_at"),
        SqlInstant.read(rs, "created_at"),
        zone(rs.getString("time_zone")),
        SqlInstant.read(rs, "paused_until"),
        QuietHours.read(rs),
        rs.getBoolean("email_quiet"),
        rs.getBoolean("wanted"),
        rs.getBoolean("address_usable"),
        rs.getBoolean("answered"));
  }

  /** A zone that Java does not know must not keep the message for ever. */
  private static ZoneId zone(String name) {
    try {
      return ZoneId.of(name);
    } catch (DateTimeException unknown) {
      return ZoneOffset.UTC;
    }
  }

  boolean isSms() {
    return channel.equals("sms");
  }

  /** Nobody knows whether it was sent. */
  boolean isDoubtful() {
    return !state.equals("queued");
  }

  /** A code that the user asked for a moment ago, sent to a number that is not verified yet. */
  private boolean isVerification() {
    return purpose.equals("verification");
  }

  /** Why it is not to be sent at all; null where it is. */
  String hindrance(Instant now) {
    if (!expiresAt.isAfter(now)) {
      return "expired";
    }
    if (isVerification()) {
      return addressUsable ? null : "claim_ended";
    }
    if (!addressUsable) {
      return isSms() ? "phone_not_usable" : "address_changed";
    }
    if (!wanted) {
      return "switched_off";
    }
    return answered ? "answered" : null;
  }

  /** Why it has to wait; null where it has not. */
  String reasonToWait(Instant now) {
    if (waitsUntil(now).equals(now)) {
      return null;
    }
    return isPaused(now) ? "paused" : "quiet_hours";
  }

  /** From when on it may be sent: the given moment, or later. */
  Instant waitsUntil(Instant now) {
    if (isVerification()) {
      return now;
    }
    if (isPaused(now)) {
      return pausedUntil;
    }
    if (!isSms() && !emailQuiet) {
      return now;
    }
    Instant loud = quietHours.nextLoud(now, zone);
    Instant quiet = quietHours.nextQuiet(loud, zone);
    return loud.equals(now) && quiet.isBefore(now.plus(LEAST_VALIDITY))
        ? quietHours.nextLoud(quiet, zone)
        : loud;
  }

  /** After which time it must not arrive any more. */
  Instant arrivesBefore(Instant now) {
    Instant quiet = quietHours.nextQuiet(now, zone);
    return isVerification() || expiresAt.isBefore(quiet) ? expiresAt : quiet;
  }

  private boolean isPaused(Instant now) {
    return pausedUntil != null && pausedUntil.isAfter(now);
  }

  /** Keeps addresses and texts out of logs. */
  @Override
  public String toString() {
    return "OutboxRow[" + id + "]";
  }
}
