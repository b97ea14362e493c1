package dev.millrace.sandbox.twilio;

import dev.millrace.sandbox.http.Query;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Predicate;

/**
 * The query of the message list. {@code DateSent>=2026-01-31} arrives as the name {@code
 * DateSent>}.
 */
record MessageFilter(Query query, int page, int pageSize, List<Predicate<Sms>> conditions) {

  private static final Set<String> KNOWN =
      Set.of("To", "From", "DateSent", "DateSent>", "DateSent<", "PageSize", "Page", "PageToken");
  private static final DateTimeFormatter RFC2822 =
      DateTimeFormatter.ofPattern("EEE, dd MMM yyyy HH:mm:ss Z", Locale.ENGLISH)
          .withZone(ZoneOffset.UTC);

  static String rfc2822(Instant time) {
    return time == null ? null : RFC2822.format(time);
  }

  static MessageFilter parse(Query query) {
    for (String name : query.names()) {
      if (!KNOWN.contains(name)) {
        throw TwilioError.refuse(400, 20001, "Unknown parameter " + name);
      }
    }
    List<Predicate<Sms>> conditions = new ArrayList<>();
    if (query.has("To")) {
      conditions.add(sms -> sms.to().equals(query.get("To")));
    }
    if (query.has("From")) {
      conditions.add(sms -> sms.from().equals(query.get("From")));
    }
    if (query.has("DateSent")) {
      Instant day = time(query.get("DateSent"));
      conditions.add(
          sms -> !sms.dateSent().isBefore(day) && sms.dateSent().isBefore(day.plusSeconds(86_400)));
    }
    if (query.has("DateSent>")) {
      Instant earliest = time(query.get("DateSent>"));
      conditions.add(sms -> !sms.dateSent().isBefore(earliest));
    }
    if (query.has("DateSent<")) {
      Instant latest = time(query.get("DateSent<"));
      conditions.add(sms -> !sms.dateSent().isAfter(latest));
    }
    return new MessageFilter(
        query,
        number(query, "Page", 0, 0, 10_000),
        number(query, "PageSize", 50, 1, 1_000),
        conditions);
  }

  boolean matches(Sms sms) {
    return conditions.stream().allMatch(condition -> condition.test(sms));
  }

  String uri(String path, int otherPage) {
    StringBuilder uri = new StringBuilder(path).append("?PageSize=").append(pageSize);
    for (String name : query.names()) {
      if (!name.startsWith("Page")) {
        uri.append('&').append(encode(name)).append('=').append(encode(query.get(name)));
      }
    }
    return uri.append("&Page=").append(otherPage).toString();
  }

  private static String encode(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }

  private static int number(Query query, String name, int usual, int least, int most) {
    if (!query.has(name)) {
      return usual;
    }
    String text = query.get(name);
    if (!text.matches("\\d{1,6}")
        || Integer.parseInt(text) < least
        || Integer.parseInt(text) > most) {
      throw TwilioError.refuse(400, 20001, "Invalid value for " + name + ": " + text);
    }
    return Integer.parseInt(text);
  }

  private static Instant time(String text) {
    try {
      return text.length() == 10
          ? LocalDate.parse(text).atStartOfDay(ZoneOffset.UTC).toInstant()
          : OffsetDateTime.parse(text).toInstant();
    } catch (DateTimeException e) {
      throw TwilioError.refuse(400, 20001, "Invalid date: " + text);
    }
  }
}
