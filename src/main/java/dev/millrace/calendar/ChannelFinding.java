package dev.millrace.calendar;

import java.time.Duration;
import java.time.Instant;

/** What the health check may find out about a calendar's push channel. */
enum ChannelFinding {
  OK,
  /** No active channel. */
  MISSING,
  /** Its time is over. */
  EXPIRED,
  /** Less than a day left, though renewal begins two days before. */
  EXPIRING,
  /** Google never sent the first message, which needs nothing but a reachable endpoint. */
  UNCONFIRMED,
  /** Confirmed, and nothing since: a quiet calendar or a deaf channel. Only a probe can tell. */
  SILENT;

  static final Duration EXPIRING_WITHIN = Duration.ofHours(24);
  static final Duration CONFIRMED_WITHIN = Duration.ofMinutes(15);
  static final Duration SILENT_AFTER = Duration.ofHours(48);

  /** All moments but {@code now} may be null; {@code created} is null without an active channel. */
  static ChannelFinding of(
      Instant now, Instant created, Instant expires, Instant confirmed, Instant lastMessage) {
    if (created == null) {
      return MISSING;
    }
    if (expires == null || !expires.isAfter(now)) {
      return EXPIRED;
    }
    if (expires.isBefore(now.plus(EXPIRING_WITHIN))) {
      return EXPIRING;
    }
    if (confirmed == null) {
      return created.isBefore(now.minus(CONFIRMED_WITHIN)) ? UNCONFIRMED : OK;
    }
    Instant lastHeard = lastMessage == null ? confirmed : lastMessage;
    return lastHeard.isAfter(now.minus(SILENT_AFTER)) ? OK : SILENT;
  }
}
