package dev.millrace.queue;

/**
 * The Redis keys of one queue, in BullMQ's layout: {@code <prefix>:<queue>:<name>}.
 *
 * @param prefix what BullMQ calls {@code prefix}; {@value #DEFAULT_PREFIX} unless the fleet chose
 *     another. On Redis Cluster it must hold a hash tag such as {@code {bull}}, because scripts
 *     touch several keys at once
 * @param queue the queue's name, without colons
 */
public record QueueKeys(String prefix, String queue) {

  public static final String DEFAULT_PREFIX = "bull";

  static final int SCORES_PER_MILLI = 4096;

  public QueueKeys {
    if (prefix == null || prefix.isBlank()) {
      throw new IllegalArgumentException(
          "prefix is empty; leave it out for the default \"" + DEFAULT_PREFIX + "\"");
    }
    if (queue == null || queue.isBlank()) {
      throw new IllegalArgumentException("queue name is empty; name the queue, as in bullmq:mail");
    }
    if (queue.contains(":")) {
      throw new IllegalArgumentException(
          "queue name \""
              + queue
              + "\" contains ':', which separates the parts of BullMQ's keys; use '-' instead");
    }
  }

  /** All keys of the queue begin with it; scripts append to it. */
  public String base() {
    return prefix + ":" + queue + ":";
  }

  public String meta() {
    return base() + "meta";
  }

  public String wait_() {
    return base() + "wait";
  }

  public String active() {
    return base() + "active";
  }

  public String prioritized() {
    return base() + "prioritized";
  }

  /** A sorted set; the score is the due time times {@link #SCORES_PER_MILLI}, plus a counter. */
  public String delayed() {
    return base() + "delayed";
  }

  public String marker() {
    return base() + "marker";
  }

  public String job(String id) {
    return base() + id;
  }

  public String lock(String id) {
    return base() + id + ":lock";
  }

  /**
   * The key that wakes one engine. Its empty queue segment keeps it out of every queue's key space,
   * and the shared prefix in the same cluster slot.
   */
  static String wakeKey(String prefix, String instance) {
    return prefix + "::wake:" + instance;
  }

  /** The channel that calls engines which wait on no wake key. */
  static String wakeChannel(String prefix) {
    return prefix + "::wake";
  }

  /** A sorted set: which engines there are, by when they were last seen (ms). */
  static String instancesKey(String prefix) {
    return prefix + "::instances";
  }

  /**
   * A key that never exists. A cluster node that is told of it refuses a script while the slot of
   * the prefix is on its way to another node; else the script would see half of the queue's keys.
   */
  static String guardKey(String prefix) {
    return prefix + "::guard";
  }

  /**
   * Whether a cluster keeps all keys of this prefix in one slot: it hashes only what stands between
   * the first brace and the next closing one, unless that is nothing.
   */
  public static boolean hasHashTag(String prefix) {
    int open = prefix.indexOf('{');
    return open >= 0 && prefix.indexOf('}', open) > open + 1;
  }

  /** The prefix that a cluster would take instead of this one. */
  public static String withHashTag(String prefix) {
    String plain = prefix.replaceAll("[{}]", "");
    return "{" + (plain.isBlank() ? DEFAULT_PREFIX : plain) + "}";
  }
}
