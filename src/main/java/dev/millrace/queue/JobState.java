package dev.millrace.queue;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Where a job is. A job is in one state only, and the list or sorted set that holds its id says
 * which.
 */
public enum JobState {
  /** Ready, without a priority. */
  WAITING("waiting", "wait", true),
  /**
   * Ready in a queue that BullMQ 5 or Bull paused, which move what waits into a list of its own.
   * BullMQ 6 and Millrace leave it in {@link #WAITING}, and {@link QueueAdmin#resume} merges.
   */
  PAUSED("paused", "paused", true),
  /** Running. */
  ACTIVE("active", "active", true),
  /** Ready, with a priority; taken after all that wait without one. */
  PRIORITIZED("prioritized", "prioritized", false),
  /** To run later. */
  DELAYED("delayed", "delayed", false),
  /** A flow's parent whose children have not all ended. */
  WAITING_CHILDREN("waiting-children", "waiting-children", false),
  COMPLETED("completed", "completed", false),
  FAILED("failed", "failed", false);

  private final String text;
  private final String key;
  private final boolean list;

  JobState(String text, String key, boolean list) {
    this.text = text;
    this.key = key;
    this.list = list;
  }

  /** BullMQ's name of the state, for example {@code waiting-children}. */
  public String text() {
    return text;
  }

  /** The last part of the Redis key. */
  String key() {
    return key;
  }

  /** How scripts are told what to count or to read. */
  String source() {
    return (list ? "list:" : "set:") + key;
  }

  /** The state of this name; {@code wait} is understood as well. */
  public static Optional<JobState> find(String text) {
    return Arrays.stream(values()).filter(s -> s.text.equals(text) || s.key.equals(text)).findAny();
  }

  /** The names of all states. */
  public static List<String> texts() {
    return Arrays.stream(values()).map(JobState::text).toList();
  }
}
