package dev.millrace.sandbox.calendar;

import java.net.URI;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;

/** One push channel; only the account that opened it may stop it. */
final class Channel {

  final String id;
  final String token;
  final URI address;
  final String account;
  final String calendarId;
  final String resourceId;
  final String resourceUri;
  final Instant expiresAt;

  /** Grows, but not by one: Google promises no more. */
  final AtomicLong messageNumber = new AtomicLong();

  /** The end of the queue of messages, so that they leave in order. */
  CompletableFuture<Void> tail = CompletableFuture.completedFuture(null);

  Channel(
      String id,
      String token,
      URI address,
      String account,
      String calendarId,
      String resourceId,
      String resourceUri,
      Instant expiresAt) {
    this.id = id;
    this.token = token;
    this.address = address;
    this.account = account;
    this.calendarId = calendarId;
    this.resourceId = resourceId;
    this.resourceUri = resourceUri;
    this.expiresAt = expiresAt;
  }
}
