package dev.millrace.queue;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * What a child's failure means for its parent; the constants are called as BullMQ's options.
 * Without a rule the parent waits until somebody retries the child.
 */
public enum DependencyRule {
  /** The parent fails as soon as it is taken, and so on upwards. */
  FAIL_PARENT_ON_FAILURE("fpof"),
  /** The parent runs at once, with other children still pending; it is told of the failure. */
  CONTINUE_PARENT_ON_FAILURE("cpof"),
  /** The parent does not wait for this child any longer; it is told of the failure. */
  IGNORE_DEPENDENCY_ON_FAILURE("idof"),
  /** The parent does not wait for this child any longer, and hears nothing of it. */
  REMOVE_DEPENDENCY_ON_FAILURE("rdof");

  private final String option;

  DependencyRule(String option) {
    this.option = option;
  }

  /** The name in a job's stored options. */
  String option() {
    return option;
  }

  /** The first that the stored options set; null = none. */
  static DependencyRule parse(JsonNode options) {
    for (DependencyRule rule : values()) {
      if (options.path(rule.option).asBoolean(false)) {
        return rule;
      }
    }
    return null;
  }
}
