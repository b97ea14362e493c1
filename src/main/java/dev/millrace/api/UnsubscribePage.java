package dev.millrace.api;

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

  private static final PlainPage PAGE =
      new PlainPage(
          "form{margin:1.4em 0 0}"
              + "button{font:600 16px/20px system-ui,sans-serif;padding:12px 22px;border:0;"
              + "border-radius:6px;background:#1f5fbf;color:#fff;cursor:pointer}"
              + "@media(prefers-color-scheme:dark){body{background:#16191d;color:#eef1f4}"
              + "main{background:#20252b}button{background:#7fb2ff;color:#10151b}}",
          "'self'");

  static final String POLICY = PAGE.policy();

  private final String title;
  private final String text;
  private final String form;

  UnsubscribePage(String title, String text, String form) {
    this.title = title;
    this.text = text;
    this.form = form;
  }

  String html() {
    return PAGE.html("", title, text, form);
  }
}
