package dev.millrace.connect;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** How a way to Google and back can end, with the words for who came back. */
public enum ConnectOutcome {
  CONNECTED("Connected", "The first copy is being made now. You can close this page."),
  CONNECTED_LATER(
      "Connected", "The first copy begins within a quarter of an hour. You can close this page."),
  DENIED(
      "Not connected",
      "You did not allow it at Google, so nothing has changed. Begin again whenever you like."),
  SCOPE_MISSING(
      "Not connected",
      "The box for reading it was not ticked at Google, and without it there is nothing to copy."
          + " Begin again, and leave the box ticked."),
  OTHER_ACCOUNT(
      "Not connected yet",
      "You chose another Google account than the one that is connected, so nothing has changed."
          + " Begin again with the same account, or confirm the change of accounts in the"
          + " application first."),
  ACCOUNT_UNKNOWN(
      "Not connected",
      "Google did not say whose account this is, and it must not replace another one unasked."
          + " Nothing has changed. Begin again."),
  STATE_UNKNOWN(
      "Not connected",
      "This way back was used already, or took longer than ten minutes. Begin again."),
  OTHER_BROWSER(
      "Not connected",
      "This is not the browser in which it began, or it keeps no cookies. Begin again in one"
          + " browser."),
  CODE_EXPIRED("Not connected", "Google does not accept its own answer any more. Begin again."),
  SHUT_OUT(
      "Not connected",
      "An administrator of your Google account does not allow this application. Ask there, or"
          + " choose another account."),
  OUR_FAULT(
      "Not connected",
      "Google does not accept this application at the moment. That is our fault, not yours; we have"
          + " been told."),
  UNAVAILABLE("Not connected", "Google or a part of this application did not answer. Try again."),
  FAILED(
      "Not connected",
      "Something went wrong, and nothing has changed. Begin again; if it stays so, tell us.");

  private final String title;
  private final String text;

  ConnectOutcome(String title, String text) {
    this.title = title;
    this.text = text;
  }

  public String title() {
    return title;
  }

  public String text() {
    return text;
  }

  /** What it is called in addresses and in metrics. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The one that is called so. */
  public static Optional<ConnectOutcome> named(String word) {
    return Arrays.stream(values()).filter(one -> one.word().equals(word)).findFirst();
  }
}
