package dev.millrace.notification;

import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.UUID;

/** A suggestion as a line of a digest. */
record DigestItem(UUID suggestionId, String names, String reasoning, Instant start, Instant end) {

  /** What one user reads at a glance; the rest comes with the next digest. */
  static final int MOST_IN_EMAIL = 10;

  static final int MOST_IN_SMS = 5;

  /** Three segments of a long text message. */
  static final int LONGEST_SMS = 459;

  private static final DateTimeFormatter START =
      DateTimeFormatter.ofPattern("EEE MMM d, h:mm a", Locale.US);
  private static final DateTimeFormatter END = DateTimeFormatter.ofPattern("h:mm a", Locale.US);

  static String email(List<DigestItem> items, ZoneId zone, String link) {
    StringBuilder text = new StringBuilder("People to meet, and when you are free:\n\n");
    for (int at = 0; at < items.size(); at++) {
      DigestItem item = items.get(at);
      text.append(
          "%d) %s - %s to %s%n   %s%n"
              .formatted(
                  at + 1,
                  item.names,
                  START.format(item.start.atZone(zone)),
                  END.format(item.end.atZone(zone)),
                  item.reasoning));
    }
    return text.append("\nAnswer here: ").append(link).append('\n').toString();
  }

  /** As many items as three segments hold, at most five. */
  static List<DigestItem> fittingSms(List<DigestItem> items, ZoneId zone) {
    List<DigestItem> fitting = new ArrayList<>();
    for (DigestItem item : items) {
      fitting.add(item);
      if (fitting.size() > MOST_IN_SMS || sms(fitting, zone).length() > LONGEST_SMS) {
        fitting.removeLast();
        break;
      }
    }
    return fitting;
  }

  static String sms(List<DigestItem> items, ZoneId zone) {
    StringBuilder text = new StringBuilder("Millrace: ");
    for (int at = 0; at < items.size(); at++) {
      DigestItem item = items.get(at);
      text.append(
          "%d) %s - %s ".formatted(at + 1, item.names, START.format(item.start.atZone(zone))));
    }
    return text.append("Reply 1, 1 NO or 1 LATER. Reply STOP to opt out.").toString();
  }
}
