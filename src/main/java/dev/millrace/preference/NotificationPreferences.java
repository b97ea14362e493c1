package dev.millrace.preference;

import java.time.Instant;
import java.time.LocalTime;

/**
 * By which channels a user is reached, and when.
 *
 * @param digestDay of the weekly digest, 0 is Sunday
 * @param digestTime on the user's wall clock
 * @param quietHours in which no text message is sent
 * @param emailQuietHours whether no e-mail is sent in them either
 * @param pausedUntil until when nothing is sent; null = nothing is paused
 */
public record NotificationPreferences(
    boolean smsEnabled,
    boolean emailEnabled,
    int digestDay,
    LocalTime digestTime,
    QuietTime quietHours,
    boolean emailQuietHours,
    Instant pausedUntil) {

  /** Those of a user who never chose any. */
  public static final NotificationPreferences DEFAULTS =
      new NotificationPreferences(true, true, 0, LocalTime.of(9, 0), QuietTime.LEAST, false, null);
}
