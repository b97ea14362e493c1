package dev.millrace.cache;

import java.time.Duration;
import java.util.Set;

/**
 * A copy of an entry in this process. It is kept as text, so that nobody can change what the next
 * one gets.
 *
 * @param markers what it goes with
 * @param time how long it may be given away
 */
record NearEntry(String text, Set<String> markers, Duration time) {}
