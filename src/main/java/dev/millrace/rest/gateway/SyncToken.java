package dev.millrace.rest.gateway;

import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The header that lets a client of the vendor read its own writes from a replica. There is one
 * Redis here, so it only has to be there and to change.
 */
final class SyncToken {

  static final String HEADER = "Upstash-Sync-Token";

  private static final String EPOCH = UUID.randomUUID().toString();
  private static final AtomicLong ANSWERS = new AtomicLong();

  private SyncToken() {}

  static String next() {
    return EPOCH + "-" + ANSWERS.incrementAndGet();
  }
}
