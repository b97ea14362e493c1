package dev.millrace.sandbox;

import static dev.millrace.sandbox.http.Html.escape;

import dev.millrace.sandbox.http.Html;
import dev.millrace.sandbox.http.LoggedRequest;
import dev.millrace.sandbox.mail.MailServer;
import dev.millrace.sandbox.twilio.Sms;
import jakarta.mail.internet.MimeMessage;
import java.time.temporal.ChronoUnit;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The page at {@code /}: who is here, what was sent, and what was asked last. */
final class SandboxPage {

  private static final int SHOWN = 50;
  private static final int LONGEST_TEXT = 400;
  private static final int LONGEST_VALUE = 60;

  private final Sandbox sandbox;

  SandboxPage(Sandbox sandbox) {
    this.sandbox = sandbox;
  }

  String render() {
    StringBuilder html = new StringBuilder(Html.head("Millrace sandbox"));
    html.append(
        "<p>Stand-ins for Google, Twilio and a mail server. Nothing leaves this machine.</p>");
    html.append(
        table(
            "Users",
            List.of("Name", "E-mail", "Zone", "Phone", "Grants"),
            sandbox.users().stream().map(this::user)));
    html.append(
        table(
            "Mail",
            List.of("To", "Subject", "Text"),
            newest(sandbox.mail().messages()).map(SandboxPage::mail)));
    html.append(
        table(
            "Text messages",
            List.of("At", "From", "To", "Text", "Status"),
            newest(sandbox.sms().all()).map(SandboxPage::sms)));
    html.append(
        table(
            "Last requests",
            List.of("At", "Service", "Request", "Query", "Account", "Status"),
            newest(sandbox.requests().all()).map(SandboxPage::request)));
    return html.append(Html.FOOT).toString();
  }

  private static <T> Stream<T> newest(List<T> oldestFirst) {
    return oldestFirst.reversed().stream().limit(SHOWN);
  }

  private List<Object> user(SandboxUser user) {
    int grants = sandbox.grants().of(user.email()).size();
    return List.of(user.name(), user.email(), user.zone(), user.phone(), grants);
  }

  private static List<Object> mail(MimeMessage message) {
    return List.of(
        String.join(", ", MailServer.recipients(message)),
        String.valueOf(ControlMessages.subject(message)),
        shortened(MailServer.text(message), LONGEST_TEXT));
  }

  private static List<Object> sms(Sms sms) {
    return List.of(sms.dateCreated(), sms.from(), sms.to(), sms.body(), sms.status());
  }

  private static List<Object> request(LoggedRequest request) {
    String query =
        request.query().entrySet().stream()
            .sorted(Comparator.comparing(e -> e.getKey()))
            .map(e -> e.getKey() + "=" + shortened(String.join(",", e.getValue()), LONGEST_VALUE))
            .collect(Collectors.joining(" "));
    return List.of(
        request.at().truncatedTo(ChronoUnit.MILLIS),
        request.service(),
        request.method() + " " + request.path(),
        query,
        request.account() == null ? "" : request.account(),
        request.status() == 0 ? "cut" : request.status());
  }

  private static String shortened(String text, int longest) {
    return text.length() <= longest ? text : text.substring(0, longest) + "…";
  }

  private static String table(String title, List<String> heads, Stream<List<Object>> rows) {
    String body =
        rows.map(
                row ->
                    row.stream()
                        .map(cell -> "<td>" + escape(cell) + "</td>")
                        .collect(Collectors.joining("", "<tr>", "</tr>\n")))
            .collect(Collectors.joining());
    String head =
        heads.stream()
            .map(name -> "<th>" + escape(name) + "</th>")
            .collect(Collectors.joining("", "<tr>", "</tr>\n"));
    return "<h2>"
        + escape(title)
        + "</h2>\n"
        + (body.isEmpty() ? "<p>None yet.</p>\n" : "<table>" + head + body + "</table>\n");
  }
}
