package dev.millrace.api;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import org.springframework.web.util.HtmlUtils;

/** A page of a title and a line, with a style of its own and nothing from anywhere else. */
final class PlainPage {

  private static final String COMMON_STYLE =
      "body{font:17px/1.5 system-ui,sans-serif;color:#1d2430;background:#f4f5f7;margin:0}"
          + "main{max-width:30em;margin:18vh auto 0;padding:2em 2.2em;background:#fff;"
          + "border-radius:10px}"
          + "h1{font-size:1.3em;margin:0 0 .5em}p{margin:0}"
          + "@media(max-width:34em){main{margin:2em 1em 0}}";

  private final String style;
  private final String formAction;

  /**
   * How such pages look.
   *
   * @param ownStyle CSS behind what all have in common
   * @param formAction where forms may be sent to, as a Content-Security-Policy has it
   */
  PlainPage(String ownStyle, String formAction) {
    this.style = COMMON_STYLE + ownStyle;
    this.formAction = formAction;
  }

  /** Lets the page have its own style and send forms where it may, and nothing else. */
  String policy() {
    return "default-src 'none'; style-src 'sha256-%s'; base-uri 'none'; form-action %s;"
            .formatted(hash(style), formAction)
        + " frame-ancestors 'none'";
  }

  /**
   * The page.
   *
   * @param kind CSS class of its only part; may be empty
   * @param form HTML behind the line; may be empty
   */
  String html(String kind, String title, String text, String form) {
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
        %s
        </main>
        </body>
        </html>
        """
        .formatted(
            HtmlUtils.htmlEscape(title),
            style,
            kind.isEmpty() ? "" : " class=\"" + kind + "\"",
            HtmlUtils.htmlEscape(title),
            HtmlUtils.htmlEscape(text),
            form);
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
