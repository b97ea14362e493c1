package dev.millrace.suggestion;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import java.util.regex.Pattern;

/**
 * A suggestion that waits for an answer, or was accepted and is still to come.
 *
 * @param snoozedUntil until when the user put it off; null = it is not
 * @param names of the contacts it is about
 * @param contactGone whether one of them was archived, or nobody is left
 * @param eventId Google's, where it is about an event, else null
 * @param eventSlot when that event takes place now; null where it does no longer
 */
record OpenOffer(
    Suggestion suggestion,
    boolean accepted,
    Instant snoozedUntil,
    List<String> names,
    boolean contactGone,
    String eventId,
    TimeSpan eventSlot) {

  /** An event that starts so near to the offer may be the meeting itself. */
  static final Duration SAME_START = Duration.ofMinutes(15);

  /** A shorter given name is found in too many words. */
  private static final int SHORTEST_GIVEN_NAME = 3;

  private static final Pattern BETWEEN_WORDS = Pattern.compile("[^\\p{L}\\p{M}\\p{N}]+");

  UUID id() {
    return suggestion.id();
  }

  TimeSpan slot() {
    return suggestion.slot();
  }

  boolean snoozed() {
    return snoozedUntil != null;
  }

  /** Whether the event that it is about begins at another time now, or takes place no more. */
  boolean lostItsEvent() {
    return !suggestion.timebound()
        && (eventSlot == null || !eventSlot.start().equals(slot().start()));
  }

  /** Whether the event is what the offer is about, or the user made it for this meeting. */
  boolean explains(BusyTime event) {
    if (event.eventId().equals(eventId)) {
      return true;
    }
    Duration apart = Duration.between(event.span().start(), slot().start()).abs();
    return apart.compareTo(SAME_START) <= 0
        && event.summary() != null
        && names.stream().anyMatch(name -> isNamed(name, event.summary()));
  }

  /** People write "Lunch with Ann" of Ann Lee. */
  private static boolean isNamed(String name, String summary) {
    String text = words(summary);
    String whole = words(name);
    if (whole.isBlank()) {
      return false;
    }
    String given = whole.strip().split(" ", 2)[0];
    return text.contains(whole)
        || (given.length() >= SHORTEST_GIVEN_NAME && text.contains(" " + given + " "));
  }

  /** Lower-case words with one space around each. */
  static String words(String text) {
    return " " + BETWEEN_WORDS.matcher(text.toLowerCase(Locale.ROOT)).replaceAll(" ").strip() + " ";
  }
}
