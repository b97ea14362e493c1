package dev.millrace.notification;

import java.util.Set;

/**
 * What Twilio's error codes say about whose fault it is.
 *
 * @param number 0 for none
 */
record TwilioCode(int number) {

  /** Switched off, or a filter's mood: only as many in a row tell something about the number. */
  static final Set<Integer> PASSING = Set.of(30003, 30007);

  /** The number's owner wrote STOP. */
  private static final int STOPPED = 21610;

  /**
   * No number, none that takes text messages, blocked, unknown or a landline: that does not heal by
   * itself.
   */
  private static final Set<Integer> UNUSABLE = Set.of(21211, 21614, 30004, 30005, 30006);

  /** Account, our own number, pool or address: nothing about the message is wrong. */
  private static final Set<Integer> SENDER =
      Set.of(10001, 21212, 21603, 21606, 21609, 21659, 21660, 21701, 21703, 21704, 21705, 30002);

  boolean isStop() {
    return number == STOPPED;
  }

  boolean isUnusableNumber() {
    return UNUSABLE.contains(number);
  }

  boolean isPassing() {
    return PASSING.contains(number);
  }

  /** All of 20000 to 20999 are about credentials, rights and addresses of the API. */
  boolean isSenders() {
    return number / 1_000 == 20 || SENDER.contains(number);
  }

  /** Null for none. */
  String text() {
    return number == 0 ? null : String.valueOf(number);
  }
}
