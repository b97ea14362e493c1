package dev.millrace.sandbox.http;

/** The outside services the sandbox stands in for. */
public enum Service {
  OAUTH,
  CALENDAR,
  PEOPLE,
  TWILIO,
  /** The control interface and the page of the sandbox itself. */
  SANDBOX
}
