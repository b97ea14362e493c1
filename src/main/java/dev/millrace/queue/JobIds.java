package dev.millrace.queue;

import java.util.Set;

/** Which ids a job may be given; the rules are BullMQ's, and one more for the queue's own keys. */
final class JobIds {

  /** A job of this id would be stored in the place of one of the queue's own keys. */
  static final Set<String> KEYS =
      Set.of(
          "id",
          "wait",
          "paused",
          "active",
          "prioritized",
          "pc",
          "delayed",
          "marker",
          "waiting-children",
          "completed",
          "failed",
          "meta",
          "events",
          "stalled",
          "stalled-check",
          "limiter",
          "repeat",
          "priority",
          "meta-paused");

  private JobIds() {}

  /**
   * @throws IllegalArgumentException when no job may have the id
   */
  static void check(String id) {
    if (id.matches("\\d+")) {
      throw new IllegalArgumentException(
          "jobId \"" + id + "\" is an integer, which the queue's own counter uses; add a letter");
    }
    if (KEYS.contains(id)) {
      throw new IllegalArgumentException(
          "jobId \"" + id + "\" is the name of one of the queue's own keys; rename it");
    }
    if (id.startsWith("0:")) {
      throw new IllegalArgumentException(
          "jobId \"" + id + "\" begins with \"0:\", an old marker; rename it");
    }
    if (id.contains(":") && id.split(":", -1).length != 3) {
      throw new IllegalArgumentException(
          "jobId \""
              + id
              + "\" contains ':', which BullMQ allows only in ids of three segments; use '-'");
    }
  }
}
