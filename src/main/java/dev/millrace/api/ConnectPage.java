package dev.millrace.api;

import dev.millrace.account.Integration;
import dev.millrace.connect.ConnectOutcome;

/**
 * The plain page on which users end who came back from Google, where {@code app.connected-url}
 * names no other. It shows nothing of the address but what is known here.
 */
final class ConnectPage {

  private static final PlainPage PAGE =
      new PlainPage("main{border-top:6px solid #b3261e}main.done{border-color:#1a7f37}", "'none'");

  static final String POLICY = PAGE.policy();

  private ConnectPage() {}

  /**
   * The page.
   *
   * @param integration null where the address names none
   */
  static String html(Integration integration, ConnectOutcome outcome) {
    boolean done = outcome == ConnectOutcome.CONNECTED || outcome == ConnectOutcome.CONNECTED_LATER;
    String title =
        (integration == null
                ? ""
                : "Google "
                    + (integration.word().equals("calendar") ? "Calendar" : "Contacts")
                    + ": ")
            + outcome.title();
    return PAGE.html(done ? "done" : "", title, outcome.text(), "");
  }
}
