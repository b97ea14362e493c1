package dev.millrace.connect;

import dev.millrace.account.Integration;
import org.springframework.web.util.HtmlUtils;

/**
 * The plain page on which users end who came back from Google, where {@code app.connected-url}
 * names no other. It shows nothing of the address but what is known here.
 */
public final class ConnectPage {

  private static final String STYLE =
      "body{font:17px/1.5 system-ui,sans-serif;color:#1d2430;background:#f4f5f7;margin:0}"
          + "main{max-width:30em;margin:18vh auto 0;padding:2em 2.2em;background:#fff;"
          + "border-radius:10px;border-top:6px solid #b3261e}"
          + "main.done{border-color:#1a7f37}"
          + "h1{font-size:1.3em;margin:0 0 .5em}p{margin:0}"
          + "@media(max-width:34em){main{margin:2em 1em 0}}";

  /** Lets the page have its own style, and nothing else from anywhere. */
  public static final String POLICY =
      "default-src 'none'; style-src 'sha256-%s'; base-uri 'none'; form-action 'none';"
              .formatted(Secrets.policyHash(STYLE))
          + " frame-ancestors 'none'";

  private ConnectPage() {}

  /**
   * The page.
   *
   * @param integration null where the address names none
   */
  public static String html(Integration integration, ConnectOutcome outcome) {
    boolean done = outcome == ConnectOutcome.CONNECTED || outcome == ConnectOutcome.CONNECTED_LATER;
    String title =
        (integration == null
                ? ""
                : "Google "
                    + (integration.word().equals("calendar") ? "Calendar" : "Contacts")
                    + ": ")
            + outcome.title();
    return """
        <!doctype html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width">
        <title>%s</title>
        <style>%s</style>
        </head>
        <body>
        <main%s>
        <h1>%s</h1>
        <p>%s</p>
        </main>
        </body>
        </html>
        """
        .formatted(
            HtmlUtils.htmlEscape(title),
            STYLE,
            done ? " class=\"done\"" : "",
            HtmlUtils.htmlEscape(title),
            HtmlUtils.htmlEscape(outcome.text()));
  }
}
