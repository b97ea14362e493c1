package dev.millrace.queue;

import java.util.List;

/**
 * What a replay did.
 *
 * @param replayed ids of the jobs that run again, the longest failed first
 * @param refused ids of those that were replayed too often before; they stay failed
 */
public record ReplayResult(List<String> replayed, List<String> refused) {}
