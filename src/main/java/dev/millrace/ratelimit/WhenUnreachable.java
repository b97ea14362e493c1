package dev.millrace.ratelimit;

/** What a limit does as long as Redis does not answer. */
public enum WhenUnreachable {
  /** Lets everything pass. Never for text messages. */
  OPEN,
  /** Lets nothing pass. */
  CLOSED,
  /** Counts in this instance's memory, so that each replica lets the quota pass. */
  LOCAL
}
