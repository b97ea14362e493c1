package dev.millrace.notification;

/** An e-mail's two forms; a mail program shows the one it can. */
public record Mail(String text, String html) {

  /** Keeps texts out of logs. */
  @Override
  public String toString() {
    return "Mail[" + html.length() + " characters]";
  }
}
