package dev.millrace.rest.gateway;

/** A request that is answered with an error as a whole. */
final class GatewayRefusal extends RuntimeException {

  private static final long serialVersionUID = 1;

  private final Reason reason;

  GatewayRefusal(Reason reason, String text) {
    super(text);
    this.reason = reason;
  }

  GatewayRefusal(Reason reason, String text, Throwable cause) {
    super(text, cause);
    this.reason = reason;
  }

  Reason reason() {
    return reason;
  }

  /** Why, which is also what the meter of refusals is told apart by. */
  enum Reason {
    /** The token is missing or wrong. */
    TOKEN("token", 401),
    /** The request cannot be understood. */
    MALFORMED("malformed", 400),
    /** The client went away, or its body ended too soon. */
    ABORTED("aborted", 400),
    /** Another method than GET, HEAD, POST and PUT. */
    METHOD("method", 405),
    /** Redis, or the rules of the gateway, refused the command. */
    COMMAND("command", 400),
    /** Larger than a limit. */
    SIZE("size", 400),
    /** More than a limit allows at a time. */
    RATE("rate", 400),
    /** A fault of ours. */
    FAILED("failed", 500),
    /** Redis did not answer. */
    UNAVAILABLE("unavailable", 503);

    private final String tag;
    private final int status;

    Reason(String tag, int status) {
      this.tag = tag;
      this.status = status;
    }

    String tag() {
      return tag;
    }

    int status() {
      return status;
    }
  }
}
