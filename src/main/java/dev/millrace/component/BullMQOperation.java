package dev.millrace.component;

import dev.millrace.setting.Spelling;
import java.util.Arrays;
import java.util.List;

/** What a {@code bullmq:} producer does, its option {@code operation}. */
public enum BullMQOperation {
  ADD("add"),
  PAUSE("pause"),
  RESUME("resume"),
  IS_PAUSED("isPaused"),
  PROMOTE("promote"),
  PROMOTE_ALL("promoteAll"),
  CHANGE_DELAY("changeDelay"),
  CHANGE_PRIORITY("changePriority"),
  RETRY("retry"),
  RETRY_ALL("retryAll"),
  REMOVE("remove"),
  REMOVE_CHILD_DEPENDENCY("removeChildDependency"),
  REMOVE_UNPROCESSED_CHILDREN("removeUnprocessedChildren"),
  GET_FLOW("getFlow"),
  DRAIN("drain"),
  CLEAN("clean"),
  OBLITERATE("obliterate"),
  COUNTS("counts"),
  COUNTS_PER_PRIORITY("countsPerPriority"),
  GET("get"),
  LIST("list"),
  STATE("state"),
  ADD_LOG("addLog"),
  LOGS("logs"),
  CLEAR_LOGS("clearLogs"),
  UPDATE_PROGRESS("updateProgress"),
  UPDATE_DATA("updateData"),
  REMOVE_DEDUPLICATION_KEY("removeDeduplicationKey"),
  DEAD_LETTERS("deadLetters"),
  REPLAY("replay"),
  RATE_LIMIT("rateLimit"),
  RATE_LIMIT_TTL("rateLimitTtl"),
  GLOBAL_CONCURRENCY("globalConcurrency"),
  GLOBAL_RATE_LIMIT("globalRateLimit"),
  METRICS("metrics"),
  WORKERS("workers"),
  UPSERT_JOB_SCHEDULER("upsertJobScheduler"),
  REMOVE_JOB_SCHEDULER("removeJobScheduler"),
  LIST_JOB_SCHEDULERS("listJobSchedulers"),
  CANCEL("cancel");

  private final String text;

  BullMQOperation(String text) {
    this.text = text;
  }

  /** As it stands in the option. */
  public String text() {
    return text;
  }

  /**
   * The operation of this name.
   *
   * @throws IllegalArgumentException when there is none; the message names what was probably meant
   */
  public static BullMQOperation of(String name) {
    return Arrays.stream(values())
        .filter(o -> o.text.equals(name))
        .findAny()
        .orElseThrow(() -> new IllegalArgumentException(unknown(name)));
  }

  private static String unknown(String name) {
    List<String> known = Arrays.stream(values()).map(BullMQOperation::text).toList();
    return "Unknown operation \""
        + name
        + "\"; "
        + Spelling.nearest(name, known)
            .map(near -> "did you mean \"" + near + "\"?")
            .orElse("known are " + known + ".");
  }
}
