package dev.millrace.sandbox.twilio;

import dev.millrace.sandbox.google.Opaque;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** All messages of the account, and which numbers cannot be sent to. */
public final class SmsBox {

  /** Numbers that fail in a fixed way, as Twilio's own test numbers do. */
  private static final Map<String, Integer> MAGIC =
      Map.of(
          "+15005550001", 21211,
          "+15005550002", 21612,
          "+15005550003", 21408,
          "+15005550004", 21610,
          "+15005550009", 21614);

  private final Clock clock;
  private final Map<String, Sms> bySid = new LinkedHashMap<>();
  private final Map<String, Integer> refused = new HashMap<>(MAGIC);

  public SmsBox(Clock clock) {
    this.clock = clock;
  }

  /** Messages to the number are refused with this code, e.g. 21610, until {@link #allow}. */
  public synchronized void refuse(String number, int code) {
    refused.put(number, code);
  }

  public synchronized void allow(String number) {
    refused.remove(number);
  }

  /** All messages, oldest first. */
  public synchronized List<Sms> all() {
    return List.copyOf(bySid.values());
  }

  /** The messages sent to a number, oldest first. */
  public synchronized List<Sms> to(String number) {
    return bySid.values().stream().filter(sms -> sms.to().equals(number)).toList();
  }

  /** The delivery went on, or failed with this code (null for none). */
  public synchronized Sms setStatus(String sid, String status, Integer errorCode) {
    Sms sms = bySid.get(sid);
    if (sms == null) {
      throw new IllegalArgumentException("There is no message " + sid);
    }
    Instant sent = sms.dateSent() == null ? clock.instant() : sms.dateSent();
    Sms changed = sms.in(status, errorCode, sent);
    bySid.put(sid, changed);
    return changed;
  }

  synchronized Integer refusal(String number) {
    return refused.get(number);
  }

  synchronized Sms find(String sid) {
    return bySid.get(sid);
  }

  /**
   * Takes a message; its queue is empty, so it is sent as soon as it is taken.
   *
   * @param service that chooses the sender; null where the application chose it
   */
  synchronized Sms queue(
      String to, String from, String body, String statusCallback, String service) {
    Instant now = clock.instant();
    Sms queued =
        new Sms(
            sid(),
            to,
            from,
            body,
            service == null ? "queued" : "accepted",
            null,
            now,
            null,
            "outbound-api",
            statusCallback,
            service);
    bySid.put(queued.sid(), queued.in("sent", null, now));
    return queued;
  }

  /** A message from a phone to the account's number. */
  synchronized Sms receive(String from, String to, String body) {
    Instant now = clock.instant();
    Sms sms = new Sms(sid(), to, from, body, "received", null, now, now, "inbound", null, null);
    bySid.put(sms.sid(), sms);
    return sms;
  }

  /** What an application has answered a phone. */
  synchronized void reply(String to, String from, String body) {
    Instant now = clock.instant();
    Sms sms = new Sms(sid(), to, from, body, "sent", null, now, now, "outbound-reply", null, null);
    bySid.put(sms.sid(), sms);
  }

  private static String sid() {
    StringBuilder hex = new StringBuilder("SM");
    for (byte b : Opaque.random(24).getBytes(StandardCharsets.US_ASCII)) {
      hex.append(Character.forDigit(b & 15, 16));
    }
    return hex.substring(0, 34);
  }

  /** Newest first, as Twilio lists them. */
  synchronized List<Sms> newestFirst() {
    List<Sms> all = new ArrayList<>(bySid.values());
    Collections.reverse(all);
    return all;
  }
}
