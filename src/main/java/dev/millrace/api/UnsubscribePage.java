package dev.millrace.api;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;

/** The pages of who wants no more e-mails. They show nothing of the address or of a user. */
enum UnsubscribePage {
  ASK(
      "Stop e-mails from Millrace?",
      "You will get no more digests, reminders or notices by e-mail. Text messages, if you have"
          + " them on, go on.",
      "<form method=\"post\"><input type=\"hidden\" name=\"List-Unsubscribe\""
          + " value=\"One-Click\"><button>Stop e-mails</button></form>"),
  DONE(
      "No more e-mails",
      "Millrace sends you no more e-mails. You can switch them on again in your settings.",
      ""),
  UNKNOWN(
      "This address does not work",
      "Perhaps it was cut off on the way. Open it from the e-mail again, or switch e-mails off in"
          + " your settings.",
      "");

  private static final String STYLE =
      "body{font:17px/1.5 system-ui,sans-serif;color:#1d2430;background:#f4f5f7;margin:0}"
          + "main{max-width:30em;margin:18vh auto 0;padding:2em 2.2em;background:#fff;"
          + "border-radius:10px}"
          + "h1{font-size:1.3em;margin:0 0 .5em}p{margin:0}form{margin:1.4em 0 0}"
          + "button{font:600 16px/20px system-ui,sans-serif;padding:12px 22px;border:0;"
          + "border-radius:6px;background:#1f5fbf;color:#fff;cursor:pointer}"
          + "@media(max-width:34em){main{margin:2em 1em 0}}"
          + "@media(prefers-color-scheme:dark){body{background:#16191d;color:#eef1f4}"
          + "main{background:#20252b}button{background:#7fb2ff;color:#10151b}}";

  /** Lets the page have its own style and send its form here, and nothing else from anywhere. */
  static final String POLICY =
      "default-src 'none'; style-src 'sha256-%s'; base-uri 'none'; form-action 'self';"
              .formatted(hash(STYLE))
          + " frame-ancestors 'none'";

  private final String title;
  private final String text;
  private final String form;

  UnsubscribePage(String title, String text, String form) {
    this.title = title;
    this.text = text;
    this.form = form;
  }

  String html() {
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
        <main>
        <h1>%s</h1>
        <p>%s</p>
        %s
        </main>
        </body>
        </html>
        """
        .formatted(title, STYLE, title, text, form);
  }

  private static String hash(String style) {
    try {
      byte[] hash =
          MessageDigest.getInstance("SHA-256").digest(style.getBytes(StandardCharsets.UTF_8));
      return Base64.getEncoder().encodeToString(hash);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java has SHA-256", e);
    }
  }
}
