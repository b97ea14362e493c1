package dev.millrace.notification;

import java.util.Set;

/**
 * What Twilio's error codes say about whose fault it is.
 *
 * @param number 0 for an answer without one
 */
record TwilioCode(int number) {

  /** The number's owner wrote STOP. */
  private static final int STOPPED = 21610;

  /** No number, or one that takes no text messages. */
  private static final Set<Integer> UNUSABLE = Set.of(21211, 21614);

  /** Credentials, account, our own number, pool or address: nothing about the message is wrong. */
  private static final Set<Integer> SENDER =
      Set.of(20003, 20005, 20404, 21212, 21603, 21606, 21609, 21659, 21660, 21703, 30002);

  boolean isStop() {
    return number == STOPPED;
  }

  boolean isUnusableNumber() {
    return UNUSABLE.contains(number);
  }

  boolean isSenders() {
    return SENDER.contains(number);
  }

  /** Null for none. */
  String text() {
    return number == 0 ? null : String.valueOf(number);
  }
}
