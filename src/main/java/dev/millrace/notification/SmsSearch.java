package dev.millrace.notification;

import com.fasterxml.jackson.databind.JsonNode;
import java.text.Normalizer;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeFormatter;
import java.util.HashSet;
import java.util.Set;

/** Looks through Twilio's list, page by page, for a text message that may have been taken. */
public final class SmsSearch {

  /** A thousand messages to one number are more than the limits let a user have in days. */
  private static final int MOST_PAGES = 10;

  private final DoubtfulSms sms;
  private final Set<String> known;
  private String query;
  private int pages;
  private JsonNode found;
  private boolean failed;

  /**
   * @param known ids of Twilio's that belong to other messages here
   */
  SmsSearch(DoubtfulSms sms, Set<String> known) {
    this.sms = sms;
    this.known = new HashSet<>(known);
    this.query = sms.query();
  }

  /** The query of the next page; null when there is no more to read. */
  public String getQuery() {
    return query;
  }

  DoubtfulSms sms() {
    return sms;
  }

  /** Twilio's message; null where none was found. */
  JsonNode found() {
    return found;
  }

  /** Whether the list could not be read to its end, so that "not found" says nothing. */
  boolean failed() {
    return failed;
  }

  void read(JsonNode page) {
    pages++;
    query = null;
    if (!page.path("messages").isArray()) {
      failed = true;
      return;
    }
    boolean older = false;
    for (JsonNode message : page.path("messages")) {
      Instant created = created(message);
      boolean fresh = created == null || !created.isBefore(sms.since());
      older |= !fresh;
      if (fresh && found == null && isThis(message)) {
        found = message;
      }
    }
    String next = page.path("next_page_uri").asText("");
    if (found == null && !older && next.contains("?")) {
      query = next.substring(next.indexOf('?') + 1);
      failed = pages >= MOST_PAGES;
      query = failed ? null : query;
    }
  }

  void unreadable() {
    query = null;
    failed = true;
  }

  private boolean isThis(JsonNode message) {
    return sms.to().equals(message.path("to").asText())
        && hasText(message.path("body").asText())
        && !message.path("direction").asText("outbound-api").equals("inbound")
        && !known.contains(message.path("sid").asText());
  }

  /** Trial accounts put a sentence before each text, and "smart encoding" plainer characters. */
  private boolean hasText(String body) {
    String ours = folded(sms.body());
    return !ours.isEmpty() && folded(body).endsWith(ours);
  }

  private static String folded(String text) {
    return GsmText.plain(Normalizer.normalize(text, Normalizer.Form.NFKC))
        .replaceAll("\\s+", " ")
        .strip();
  }

  private static Instant created(JsonNode message) {
    try {
      return OffsetDateTime.parse(
              message.path("date_created").asText(), DateTimeFormatter.RFC_1123_DATE_TIME)
          .toInstant();
    } catch (DateTimeException unknown) {
      return null;
    }
  }

  /** Keeps numbers and texts out of logs. */
  @Override
  public String toString() {
    return "SmsSearch[" + sms.id() + "]";
  }
}
