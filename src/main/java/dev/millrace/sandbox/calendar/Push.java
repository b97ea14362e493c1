package dev.millrace.sandbox.calendar;

import java.time.Instant;

/**
 * One message to a channel's address.
 *
 * @param state {@code sync} or {@code exists}
 * @param status of the receiver's last answer; 0 if there was none, or if the message was dropped
 */
public record Push(
    Instant at, String channelId, long messageNumber, String state, int status, boolean dropped) {}
