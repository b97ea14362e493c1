package dev.millrace.sandbox.http;

/** Plain pages; everything that is not written here goes through {@link #escape}. */
public final class Html {

  public static final String FOOT = "</body></html>\n";

  private Html() {}

  public static String head(String title) {
    String safe = escape(title);
    return """
    <!doctype html><html lang="en"><head><meta charset="utf-8"><title>%s</title>
    <style>body{font:15px/1.5 system-ui,sans-serif;margin:2em auto;max-width:90em;padding:0 1em}
    table{border-collapse:collapse;width:100%%}td,th{border-bottom:1px solid #ddd;padding:.3em .6em;
    text-align:left;vertical-align:top;overflow-wrap:anywhere;min-width:4.5em}
    th{white-space:nowrap}</style></head><body><h1>%s</h1>
    """
        .formatted(safe, safe);
  }

  public static String escape(Object text) {
    return String.valueOf(text)
        .replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;")
        .replace("'", "&#39;");
  }
}
