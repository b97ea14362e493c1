package dev.millrace.sandbox.twilio;

import java.time.Instant;

/**
 * One message.
 *
 * @param status Twilio's word, e.g. {@code queued}, {@code sent}, {@code delivered}
 * @param errorCode of a failed delivery; null if none
 * @param dateSent null until it left the queue
 * @param service sid of the messaging service that it was sent through; null for none
 */
public record Sms(
    String sid,
    String to,
    String from,
    String body,
    String status,
    Integer errorCode,
    Instant dateCreated,
    Instant dateSent,
    String direction,
    String statusCallback,
    String service) {

  Sms in(String newStatus, Integer newErrorCode, Instant sent) {
    return new Sms(
        sid,
        to,
        from,
        body,
        newStatus,
        newErrorCode,
        dateCreated,
        sent,
        direction,
        statusCallback,
        service);
  }
}
