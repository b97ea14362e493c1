package dev.millrace.api;

import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import dev.millrace.problem.WholeSeconds;
import dev.millrace.ratelimit.Decision;

/** What a limit says, as it is shown outside; the schema {@code Decision}. */
@JsonPropertyOrder({"limit", "allowed", "quota", "remaining", "resetAt", "retryAfter", "source"})
record DecisionView(
    String limit,
    boolean allowed,
    long quota,
    long remaining,
    String resetAt,
    long retryAfter,
    String source) {

  static DecisionView of(Decision said) {
    return new DecisionView(
        said.limit(),
        said.allowed(),
        said.quota(),
        said.remaining(),
        said.resetAt().toString(),
        WholeSeconds.up(said.retryAfter()),
        LimitView.text(said.source()));
  }
}
