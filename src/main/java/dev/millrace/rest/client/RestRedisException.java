package dev.millrace.rest.client;

/** Redis over HTTP did not do what it was asked. The message never holds a value or a token. */
public final class RestRedisException extends RuntimeException {

  private static final long serialVersionUID = 1;

  private final Kind kind;
  private final String command;
  private final String reason;

  public RestRedisException(Kind kind, String command, String reason, Throwable cause) {
    super(command + ": " + reason, cause);
    this.kind = kind;
    this.command = command;
    this.reason = reason;
  }

  /** The same, thrown where it is made. */
  RestRedisException(RestRedisException cause) {
    this(cause.kind, cause.command, cause.reason, cause);
  }

  /** The same about another command of the pipeline that failed. */
  RestRedisException of(String other) {
    return other.equals(command) ? this : new RestRedisException(kind, other, reason, getCause());
  }

  /** What is wrong. */
  public Kind kind() {
    return kind;
  }

  /** The name of the command, or of the first in a pipeline. */
  public String command() {
    return command;
  }

  /** Whether Redis itself answered, so that it is there and works. */
  public boolean answered() {
    return kind == Kind.ERROR || kind == Kind.TOO_LARGE;
  }

  /** What went wrong, and where. */
  public enum Kind {
    /** Nobody answered: no connection, or no answer in time. */
    UNREACHABLE,
    /** Not asked, because many of the last questions failed; asked again after a pause. */
    PAUSED,
    /** The token is wrong, or must not do this. */
    DENIED,
    /** The server's side does not work now: a status of 5xx, a limit that is used up. */
    UNAVAILABLE,
    /** An answer that is none of this protocol. */
    MALFORMED,
    /** Done, but the answer is more than is taken into memory. */
    TOO_LARGE,
    /** Redis refused the command; the message has its text. */
    ERROR
  }
}
