package dev.millrace.notification;

import dev.millrace.setting.PublicBaseUrl;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.stereotype.Component;

/** What reminders say. */
@Component
class ReminderWords {

  private static final DateTimeFormatter DAY = DateTimeFormatter.ofPattern("MMMM d", Locale.US);
  private static final String STOP = " Reply STOP to opt out.";

  private final MailTemplates templates;
  private final DigestWords digest;
  private final String base;

  ReminderWords(
      MailTemplates templates,
      DigestWords digest,
      @Value("${app.public-base-url}") PublicBaseUrl publicBaseUrl) {
    this.templates = templates;
    this.digest = digest;
    this.base = publicBaseUrl.text();
  }

  /** What a reminder says in each of its forms. */
  record Words(String title, Mail mail, String sms) {

    /** Keeps names out of logs. */
    @Override
    public String toString() {
      return "Words";
    }
  }

  Words of(DueReminder reminder, ZoneId zone) {
    return switch (reminder.kind()) {
      case "token_invalid" -> grant(reminder, zone);
      case "suggestion_unanswered" -> suggestion(reminder.item(), zone);
      case "group_mapping_review" -> groups();
      default -> throw new IllegalArgumentException("There are no words for " + reminder.kind());
    };
  }

  private Words grant(DueReminder reminder, ZoneId zone) {
    String service = TokenNotice.service(reminder.integration());
    String since = DAY.format(reminder.since().atZone(zone));
    String link = base + "/settings/connections";
    String consequence = TokenNotice.consequence(reminder.integration());
    String last =
        reminder.nextReminder(reminder.openedAt()).isPresent()
            ? "Until then it waits for you in the app, too."
            : "This is the last reminder. It stays in the app.";
    String title = service + " is still disconnected";
    return words(
        title,
        List.of("The connection ended on " + since + ". " + consequence, last),
        link,
        "Reconnect",
        "Millrace: %s since %s. %s %s".formatted(title, since, consequence, link));
  }

  private Words suggestion(DigestItem item, ZoneId zone) {
    return new Words(
        "Still open: " + item.names(),
        mail(
            "You have not answered yet",
            List.of(
                item.names()
                    + ", "
                    + item.when(zone)
                    + " ("
                    + zone.getId().replace('_', ' ')
                    + ").",
                item.reasoning()),
            base + "/suggestions",
            "Answer"),
        digest.realtimeSms(item, zone).replaceFirst("^Millrace: ", "Millrace, still open: "));
  }

  private Words groups() {
    String title = "Groups from Google wait for your decision";
    return words(
        title,
        List.of("Say which of your groups they belong to. Until then nobody is sorted by them."),
        base + "/settings/groups",
        "Review groups",
        "Millrace: %s: %s/settings/groups".formatted(title, base));
  }

  private Words words(
      String title, List<String> paragraphs, String link, String linkText, String sms) {
    return new Words(title, mail(title, paragraphs, link, linkText), GsmText.plain(sms) + STOP);
  }

  private Mail mail(String title, List<String> paragraphs, String link, String linkText) {
    return templates.mail(
        "reminder",
        Map.of("title", title, "paragraphs", paragraphs, "link", link, "linkText", linkText));
  }
}
