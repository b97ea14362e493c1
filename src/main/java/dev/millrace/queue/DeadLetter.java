package dev.millrace.queue;

import java.time.Instant;

/**
 * A job that failed for good.
 *
 * @param id the job's id
 * @param name the job's name
 * @param reason text of the last failure
 * @param attempts how many attempts it had, since it was last replayed
 * @param failedAt when the last of them failed
 * @param replays how often it was replayed
 * @param lastReplay when; null = never
 * @param replayedBy by whom, then; null = never
 */
public record DeadLetter(
    String id,
    String name,
    String reason,
    int attempts,
    Instant failedAt,
    int replays,
    Instant lastReplay,
    String replayedBy) {}
