package dev.millrace.notification;

import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;

/**
 * A grant that the user has to renew.
 *
 * @param since when the grant died, or when it will
 */
record TokenNotice(UUID noticeId, UUID userId, String kind, String integration, Instant since) {

  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("MMMM d, h:mm a", Locale.US);
  private static final DateTimeFormatter DAY = DateTimeFormatter.ofPattern("MMM d", Locale.US);

  boolean dead() {
    return kind.equals("token_invalid");
  }

  String service() {
    return service(integration);
  }

  static String service(String integration) {
    return integration.equals("google_calendar") ? "Google Calendar" : "Google Contacts";
  }

  /** What does not work without the grant, or soon will not. */
  static String consequence(String integration, boolean dead) {
    if (integration.equals("google_calendar")) {
      return dead
          ? "Free times and suggestions are not updated until you reconnect."
          : "Free times and suggestions will no longer be updated then, unless you reconnect first.";
    }
    return dead
        ? "New and changed contacts do not arrive until you reconnect."
        : "New and changed contacts will no longer arrive then, unless you reconnect first.";
  }

  static String subject(List<TokenNotice> notices) {
    return notices.stream().anyMatch(TokenNotice::dead)
        ? "Please reconnect your Google account"
        : "Your Google connection is about to end";
  }

  /** What the template {@code token-notice} names: one text for all that has to be reconnected. */
  static Map<String, Object> model(List<TokenNotice> notices, ZoneId zone, String link) {
    return Map.of(
        "title",
        subject(notices),
        "notices",
        notices.stream()
            .map(
                notice ->
                    Map.of(
                        "service", notice.service(),
                        "sentence", notice.sentence(zone),
                        "consequence", notice.consequence()))
            .toList(),
        "link",
        link);
  }

  static String sms(List<TokenNotice> notices, ZoneId zone, String link) {
    StringBuilder text = new StringBuilder("Millrace: ");
    for (TokenNotice notice : notices) {
      text.append(
          "%s %s %s. %s "
              .formatted(
                  notice.service(),
                  notice.dead() ? "has been disconnected since" : "will disconnect on",
                  DAY.format(notice.since.atZone(zone)),
                  notice.consequence()));
    }
    return GsmText.plain(text.append(link).toString()) + SmsWords.STOP;
  }

  private String consequence() {
    return consequence(integration, dead());
  }

  private String sentence(ZoneId zone) {
    return "The connection %s %s (%s)."
        .formatted(
            dead() ? "ended on" : "will end on",
            TIME.format(since.atZone(zone)),
            zone.getId().replace('_', ' '));
  }
}
