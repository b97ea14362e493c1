package dev.millrace.cache;

/**
 * What Redis said of a key.
 *
 * @param text of the entry; null when there is none
 * @param stamp of the marks as they are now
 * @param locked whether somebody still loads it who was waited for
 */
record FarRead(String text, String stamp, boolean locked) {}
