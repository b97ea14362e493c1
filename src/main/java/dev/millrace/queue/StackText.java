package dev.millrace.queue;

import java.util.function.Supplier;

/** The stack trace of a failure as text, short enough to keep in Redis. */
final class StackText {

  /** Below the first frames of each cause stands only framework code. */
  private static final int FRAMES = 15;

  private static final int CAUSES = 4;

  private StackText() {}

  /** The message, or the name of the class when there is none or it cannot be told. */
  static String reason(Throwable failure) {
    String message = told(failure::getMessage);
    return message == null ? failure.getClass().getSimpleName() : message;
  }

  static String of(Throwable failure) {
    StringBuilder text = new StringBuilder();
    Throwable cause = failure;
    for (int depth = 0; cause != null && depth < CAUSES; depth++, cause = cause.getCause()) {
      text.append(depth == 0 ? "" : "\nCaused by: ");
      String told = told(cause::toString);
      text.append(told == null ? cause.getClass().getName() : told);
      StackTraceElement[] frames = cause.getStackTrace();
      for (int i = 0; i < Math.min(frames.length, FRAMES); i++) {
        text.append("\n    at ").append(frames[i]);
      }
    }
    return text.toString();
  }

  /** An exception class may compute what it says, and fail at that. */
  private static String told(Supplier<String> saying) {
    try {
      return saying.get();
    } catch (RuntimeException e) {
      return null;
    }
  }
}
