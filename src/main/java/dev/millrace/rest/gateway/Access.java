package dev.millrace.rest.gateway;

/** What a token opens. */
enum Access {
  /** Nothing. */
  NONE,
  /** What reads. */
  READ,
  /** All that the rules let pass. */
  FULL
}
