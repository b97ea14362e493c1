package dev.millrace.ratelimit;

/**
 * A check that can be asked.
 *
 * @param limit with the quota that holds for it
 * @param key of the subject, in which no phone number can be read
 * @param weight 1 to what the limit can give
 */
record Question(RateLimit limit, String key, long weight) {}
