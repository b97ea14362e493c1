package dev.millrace.ratelimit;

/** There is no limit of this name. The message has the nearest one that there is. */
public final class UnknownLimit extends IllegalArgumentException {

  private static final long serialVersionUID = 1;

  UnknownLimit(String message) {
    super(message);
  }
}
