package dev.millrace.queue;

import java.util.List;

/**
 * A part of the failed jobs.
 *
 * @param letters the newest first
 * @param total how many there are
 */
public record DeadLetterPage(List<DeadLetter> letters, long total) {}
