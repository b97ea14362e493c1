package dev.millrace.queue;

import java.time.Instant;

/**
 * The next job of a scheduler.
 *
 * @param id {@code repeat:<scheduler>:<time>}
 * @param due when it may run
 * @param unchanged whether the definition was there already, and the job with it: nothing was
 *     written
 */
public record ScheduledJob(String id, Instant due, boolean unchanged) {}
