package dev.millrace.notification;

import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.springframework.stereotype.Component;

/** What reminders say. */
@Component
class ReminderWords {

  private static final DateTimeFormatter DAY = DateTimeFormatter.ofPattern("MMMM d", Locale.US);

  private final MailTemplates templates;
  private final DigestWords digest;
  private final UnsubscribeLinks unsubscribe;
  private final PageLinks pages;

  ReminderWords(
      MailTemplates templates, DigestWords digest, UnsubscribeLinks unsubscribe, PageLinks pages) {
    this.templates = templates;
    this.digest = digest;
    this.unsubscribe = unsubscribe;
    this.pages = pages;
  }

  /** What a reminder says in each of its forms. */
  record Words(String title, Mail mail, String sms) {

    /** Keeps names out of logs. */
    @Override
    public String toString() {
      return "Words";
    }
  }

  Words of(DueReminder reminder, Recipient recipient) {
    return switch (reminder.kind()) {
      case "token_invalid" -> grant(reminder, recipient);
      case "suggestion_unanswered" -> suggestion(reminder, recipient);
      case "group_mapping_review" -> groups(recipient);
      default -> throw new IllegalArgumentException("There are no words for " + reminder.kind());
    };
  }

  private Words grant(DueReminder reminder, Recipient recipient) {
    String service = TokenNotice.service(reminder.integration());
    String since = DAY.format(reminder.since().atZone(recipient.zone()));
    String consequence = TokenNotice.consequence(reminder.integration(), true);
    String last =
        reminder.nextReminder(reminder.openedAt()).isPresent()
            ? "You can also reconnect in the app at any time."
            : "This is the last reminder. It stays in the app.";
    String title = service + " is still disconnected";
    return new Words(
        title,
        mail(
            recipient,
            title,
            List.of("The connection ended on " + since + ". " + consequence, last),
            pages.connections(),
            "Reconnect"),
        sms(
            "Millrace: %s has been disconnected since %s. %s %s"
                .formatted(service, since, consequence, pages.connections())));
  }

  private Words suggestion(DueReminder reminder, Recipient recipient) {
    DigestItem item = reminder.item();
    ZoneId zone = recipient.zone();
    String when =
        "%s%s (%s)"
            .formatted(
                reminder.moved() ? "moved to " : "",
                item.when(zone),
                zone.getId().replace('_', ' '));
    return new Words(
        "Still open: " + DigestWords.shortened(item.names()),
        mail(
            recipient,
            "You have not answered yet",
            List.of(item.names() + ", " + when + ".", item.reasoning()),
            pages.suggestions(),
            "Answer"),
        digest.sms(
            reminder.moved() ? "Millrace, moved and still open: " : "Millrace, still open: ",
            List.of(item),
            zone));
  }

  private Words groups(Recipient recipient) {
    String title = "Groups from Google wait for your decision";
    return new Words(
        title,
        mail(
            recipient,
            title,
            List.of(
                "Say which of your groups they belong to. Until then nobody is sorted by them."),
            pages.groups(),
            "Review groups"),
        sms("Millrace: %s: %s".formatted(title, pages.groups())));
  }

  private static String sms(String text) {
    return GsmText.plain(text) + SmsWords.STOP;
  }

  private Mail mail(
      Recipient recipient, String title, List<String> paragraphs, String link, String linkText) {
    return templates.mail(
        "reminder",
        Map.of(
            "title", title,
            "paragraphs", paragraphs,
            "link", link,
            "linkText", linkText,
            "unsubscribe", unsubscribe.of(recipient.userId())));
  }
}
