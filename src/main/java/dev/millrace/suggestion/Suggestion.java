package dev.millrace.suggestion;

import java.util.UUID;

/**
 * An open offer as far as its slot is concerned.
 *
 * @param timebound false where the slot is that of an event the contact may like to join
 */
record Suggestion(UUID id, UUID userId, TimeSpan slot, boolean timebound) {

  String trigger() {
    return timebound ? "timebound" : "shared_activity";
  }
}
