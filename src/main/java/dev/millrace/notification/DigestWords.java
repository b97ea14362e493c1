package dev.millrace.notification;

import java.time.ZoneId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.springframework.stereotype.Component;

/** What messages about suggestions say. */
@Component
class DigestWords {

  /** What one user reads at a glance; the rest comes with the next digest. */
  static final int MOST_IN_EMAIL = 10;

  static final int MOST_IN_SMS = 5;

  /** Characters of names in a text message: the first of five must leave room for the others. */
  static final int LONGEST_NAMES = 60;

  private final MailTemplates templates;
  private final UnsubscribeLinks unsubscribe;
  private final String link;

  DigestWords(MailTemplates templates, UnsubscribeLinks unsubscribe, PageLinks pages) {
    this.templates = templates;
    this.unsubscribe = unsubscribe;
    this.link = pages.suggestions();
  }

  String subject(List<DigestItem> items) {
    return items.size() == 1 ? "1 suggestion for you" : items.size() + " suggestions for you";
  }

  Mail digest(Recipient recipient, List<DigestItem> items) {
    return mail(recipient, items, "People to meet", "And when you are free. ");
  }

  String realtimeSubject(DigestItem item) {
    return "Soon: " + shortened(item.names());
  }

  Mail realtime(Recipient recipient, DigestItem item) {
    return mail(recipient, List.of(item), "Somebody to meet soon", "");
  }

  /** As many items as three segments hold, at most five; always the first. */
  List<DigestItem> fittingSms(List<DigestItem> items, ZoneId zone) {
    List<DigestItem> fitting = new ArrayList<>();
    for (DigestItem item : items) {
      fitting.add(item);
      if (fitting.size() > 1
          && (fitting.size() > MOST_IN_SMS || !GsmText.fits(sms(fitting, zone)))) {
        fitting.removeLast();
        break;
      }
    }
    return fitting;
  }

  String sms(List<DigestItem> items, ZoneId zone) {
    return sms("Millrace: ", items, zone);
  }

  /** With another beginning. */
  String sms(String prefix, List<DigestItem> items, ZoneId zone) {
    StringBuilder text = new StringBuilder(prefix);
    for (int at = 0; at < items.size(); at++) {
      text.append(at + 1).append(") ").append(line(items.get(at), zone)).append(' ');
    }
    text.setCharAt(text.length() - 1, '.');
    return text + SmsWords.REPLY + SmsWords.STOP;
  }

  String realtimeSms(DigestItem item, ZoneId zone) {
    return sms(List.of(item), zone);
  }

  private Mail mail(Recipient recipient, List<DigestItem> items, String title, String intro) {
    List<Map<String, Object>> lines = new ArrayList<>();
    for (int at = 0; at < items.size(); at++) {
      DigestItem item = items.get(at);
      lines.add(
          Map.of(
              "number", at + 1,
              "names", item.names(),
              "when", item.when(recipient.zone()),
              "reason", item.reasoning()));
    }
    Map<String, Object> model = new HashMap<>();
    model.put("title", title);
    model.put("intro", intro + "Times are in " + zone(recipient) + ".");
    model.put(
        "preheader", items.getFirst().names() + ", " + items.getFirst().starts(recipient.zone()));
    model.put("items", lines);
    model.put("link", link);
    model.put("unsubscribe", unsubscribe.of(recipient.userId()));
    return templates.mail("digest", model);
  }

  private static String line(DigestItem item, ZoneId zone) {
    return shortened(GsmText.plain(item.names())) + " - " + item.starts(zone);
  }

  /** Names as a subject or a text message has room for. */
  static String shortened(String names) {
    if (names.length() <= LONGEST_NAMES) {
      return names;
    }
    int end = LONGEST_NAMES - 3;
    // half of a character outside the basic plane is none
    if (Character.isHighSurrogate(names.charAt(end - 1))) {
      end--;
    }
    return names.substring(0, end).strip() + "...";
  }

  private static String zone(Recipient recipient) {
    return recipient.zone().getId().replace('_', ' ');
  }
}
