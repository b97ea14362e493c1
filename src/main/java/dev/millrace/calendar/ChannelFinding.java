package dev.millrace.calendar;

import java.time.Duration;
import java.time.Instant;
import java.util.Locale;

/** What the health check may find out about a calendar's push channel. */
enum ChannelFinding {
  OK,
  /** No active channel. */
  MISSING,
  /** Its time is over. */
  EXPIRED,
  /** Less than a day left though renewal begins two days before, or half of the time for that. */
  EXPIRING,
  /** Google never sent the first message, which needs nothing but a reachable endpoint. */
  UNCONFIRMED,
  /** A probe found a change that no message told of, and the channel was not replaced since. */
  MISSED,
  /** Confirmed, and nothing since: a quiet calendar or a deaf channel. Only a probe can tell. */
  SILENT;

  /** Of channels that Google gave a usual time. */
  static final Duration EXPIRING_WITHIN = Duration.ofHours(24);

  static final Duration CONFIRMED_WITHIN = Duration.ofMinutes(15);
  static final Duration SILENT_AFTER = Duration.ofHours(48);

  /**
   * Judges a channel.
   *
   * @param created null without an active channel
   * @param expires may be null
   * @param confirmed null before the first message
   * @param lastMessage null before the first change
   * @param missed whether a probe found it deaf
   */
  static ChannelFinding of(
      Instant now,
      Instant created,
      Instant expires,
      Instant confirmed,
      Instant lastMessage,
      boolean missed) {
    if (created == null) {
      return MISSING;
    }
    if (expires == null || !expires.isAfter(now)) {
      return EXPIRED;
    }
    Duration late = WatchChannels.lead(created, expires).dividedBy(2);
    if (expires.isBefore(now.plus(late))) {
      return EXPIRING;
    }
    if (missed) {
      return MISSED;
    }
    if (confirmed == null) {
      return created.isBefore(now.minus(CONFIRMED_WITHIN)) ? UNCONFIRMED : OK;
    }
    Instant lastHeard = lastMessage == null ? confirmed : lastMessage;
    return lastHeard.isAfter(now.minus(SILENT_AFTER)) ? OK : SILENT;
  }

  /** Whether another channel would help. */
  boolean needsRenewal() {
    return this != OK && this != SILENT;
  }

  /** Whether it lives and delivers nothing, of which only the health check knows. */
  boolean deaf() {
    return this == UNCONFIRMED || this == MISSED;
  }

  /** The reason for which webhook-renewal is asked to replace it. */
  String reason() {
    return this == EXPIRED ? MISSING.key() : key();
  }

  /** Its name in results. */
  String key() {
    return name().toLowerCase(Locale.ROOT);
  }
}
