package dev.millrace.queue;

import java.time.Duration;
import java.util.Set;

/**
 * Whether the engine lives, judged by what it last did on the connection that matters, never by a
 * ping on another.
 *
 * @param alive Redis answered last time, and the waiting connection began or ended a wait within
 *     the block timeout
 * @param cycleAge since the last wait began or ended
 * @param queues that are consumed
 * @param lastError of Redis; null when it answers
 */
public record EngineHealth(
    boolean alive, Duration cycleAge, Set<String> queues, String lastError) {}
