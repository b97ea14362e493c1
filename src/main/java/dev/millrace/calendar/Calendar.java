package dev.millrace.calendar;

import java.time.Instant;
import java.time.ZoneId;
import java.util.UUID;

/**
 * One calendar of a connection, as far as its events are concerned.
 *
 * @param zone in which its all-day events begin and end
 * @param syncToken null before the first full read, and after Google refused it
 * @param fingerprint of the fixed parameters the token belongs to
 * @param generation of the last full read: rows of an older one are leftovers
 * @param syncedAt when it was last read to its end, in full or not; null before
 * @param wantedAt when somebody last wanted it read; null if it was read since
 */
record Calendar(
    UUID id,
    UUID userId,
    String googleId,
    ZoneId zone,
    String syncToken,
    String fingerprint,
    Window window,
    long generation,
    Instant fullSyncedAt,
    Instant syncedAt,
    Instant wantedAt) {}
