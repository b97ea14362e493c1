package dev.millrace.queue;

import java.util.Comparator;

/** The place of an entry in a stream. Both numbers are unsigned, as Redis has them. */
record StreamId(long millis, long sequence) implements Comparable<StreamId> {

  static final StreamId BEGINNING = new StreamId(0, 0);

  private static final Comparator<StreamId> ORDER =
      Comparator.comparing(StreamId::millis, Long::compareUnsigned)
          .thenComparing(StreamId::sequence, Long::compareUnsigned);

  /**
   * @param text {@code <ms>-<n>} or {@code <ms>}
   * @throws IllegalArgumentException naming the text and what is expected
   */
  static StreamId parse(String text) {
    int dash = text.indexOf('-');
    try {
      return dash < 0
          ? new StreamId(Long.parseUnsignedLong(text), 0)
          : new StreamId(
              Long.parseUnsignedLong(text.substring(0, dash)),
              Long.parseUnsignedLong(text.substring(dash + 1)));
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(
          "event id \""
              + text
              + "\" is not understood; write $ for from now on, 0 for all that there is, or an id"
              + " such as 1700000000000-0",
          e);
    }
  }

  @Override
  public int compareTo(StreamId other) {
    return ORDER.compare(this, other);
  }

  boolean isAfter(StreamId other) {
    return compareTo(other) > 0;
  }

  @Override
  public String toString() {
    return Long.toUnsignedString(millis) + "-" + Long.toUnsignedString(sequence);
  }
}
