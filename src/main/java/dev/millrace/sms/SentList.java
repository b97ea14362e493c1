package dev.millrace.sms;

import java.util.Map;
import java.util.UUID;

/**
 * The numbered suggestions that a user sees on the phone: those of the latest text message that has
 * any.
 *
 * @param message the one that has them; null = there is none
 * @param suggestions by number
 * @param offered by number: what came in their place, and was shown to the user since
 */
record SentList(UUID message, Map<Integer, UUID> suggestions, Map<Integer, UUID> offered) {

  boolean has(int position) {
    return suggestions.containsKey(position);
  }
}
