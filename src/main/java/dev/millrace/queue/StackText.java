package dev.millrace.queue;

/** The stack trace of a failure as text, short enough to keep in Redis. */
final class StackText {

  /** Below the first frames of each cause stands only framework code. */
  private static final int FRAMES = 15;

  private static final int CAUSES = 4;

  private StackText() {}

  static String of(Throwable failure) {
    StringBuilder text = new StringBuilder();
    Throwable cause = failure;
    for (int depth = 0; cause != null && depth < CAUSES; depth++, cause = cause.getCause()) {
      text.append(depth == 0 ? "" : "\nCaused by: ").append(cause);
      StackTraceElement[] frames = cause.getStackTrace();
      for (int i = 0; i < Math.min(frames.length, FRAMES); i++) {
        text.append("\n    at ").append(frames[i]);
      }
    }
    return text.toString();
  }
}
