package dev.millrace.sandbox.http;

/** One service behind a {@link LoopbackServer}. */
public interface StandIn {

  Service service();

  /** Whether the request's path belongs to this service. */
  boolean serves(Request request);

  /**
   * Answers as the real service would.
   *
   * @throws Refusal with the error answer
   */
  Response answer(Request request);

  /** The service's own error body for an answer that was asked for by a {@link Fault}. */
  Response failure(int status, String reason);

  /** Whose data the request is about, as far as it can be told; null if it cannot. */
  default String accountOf(Request request) {
    return null;
  }
}
