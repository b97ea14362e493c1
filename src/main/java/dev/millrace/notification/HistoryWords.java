package dev.millrace.notification;

/** What became of a message, or what was answered, for people. */
final class HistoryWords {

  private HistoryWords() {}

  /**
   * In words.
   *
   * @param reason as it is stored; null for none
   */
  static String of(String state, String reason) {
    return switch (state) {
      case "queued" -> "Waits to be sent";
      case "sending" -> "Is being sent";
      case "sent" -> "Sent";
      case "delivered" -> "Delivered";
      case "undelivered" -> "Could not be delivered";
      case "failed" -> "Could not be sent";
      case "unknown" -> "Perhaps sent";
      case "suppressed" -> "Not sent" + because(reason == null ? "" : reason);
      case "accepted" -> "You accepted";
      case "dismissed" -> "You dismissed it";
      default -> "You put it off";
    };
  }

  private static String because(String reason) {
    return switch (reason) {
      case "resolved" -> ": the matter was settled";
      case "answered" -> ": you had answered already";
      case "superseded", "newer_code" -> ": a newer message took its place";
      case "phone_not_usable" -> ": the phone number could not get text messages";
      case "phone_removed" -> ": you removed the phone number";
      case "address_changed" -> ": your address had changed";
      case "switched_off" -> ": you had switched such messages off";
      case "paused" -> ": you had paused messages";
      case "quiet_hours" -> ": after your quiet hours it would have been too late";
      case "expired" -> ": it was too late";
      default -> "";
    };
  }
}
