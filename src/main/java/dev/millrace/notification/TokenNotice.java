package dev.millrace.notification;

import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.UUID;

/**
 * A grant that the user has to renew.
 *
 * @param since when the grant died, or when it will
 */
record TokenNotice(
    UUID noticeId, UUID userId, String kind, String integration, Instant changedAt, Instant since) {

  private static final DateTimeFormatter DAY =
      DateTimeFormatter.ofPattern("MMMM d, h:mm a", Locale.US);

  private boolean dead() {
    return kind.equals("token_invalid");
  }

  private String service() {
    return integration.equals("google_calendar") ? "Google Calendar" : "Google Contacts";
  }

  private String consequence() {
    return integration.equals("google_calendar")
        ? "Free times and suggestions are not updated until you reconnect."
        : "New and changed contacts do not arrive until you reconnect.";
  }

  static String subject(List<TokenNotice> notices) {
    return notices.stream().anyMatch(TokenNotice::dead)
        ? "Please reconnect your Google account"
        : "Your Google connection is about to end";
  }

  /** One text for everything that a user has to reconnect. */
  static String email(List<TokenNotice> notices, ZoneId zone, String link) {
    StringBuilder text = new StringBuilder();
    for (TokenNotice notice : notices) {
      text.append("%s: %s %s.%n".formatted(notice.service(), notice.verb(), notice.when(zone)));
      text.append(notice.consequence()).append("\n\n");
    }
    return text.append("Reconnect here: ").append(link).append('\n').toString();
  }

  static String sms(List<TokenNotice> notices, String link) {
    String services = String.join(" and ", notices.stream().map(TokenNotice::service).toList());
    return "Millrace: please reconnect %s at %s Reply STOP to opt out.".formatted(services, link);
  }

  private String verb() {
    return dead() ? "the connection ended on" : "the connection will end on";
  }

  private String when(ZoneId zone) {
    return DAY.format(since.atZone(zone));
  }
}
