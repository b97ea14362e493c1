package dev.millrace.queue;

import java.util.List;

/**
 * A part of what was logged for a job.
 *
 * @param lines in the order asked for
 * @param total how many lines there are
 */
public record JobLogs(List<String> lines, long total) {}
