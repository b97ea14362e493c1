package dev.millrace.sandbox;

import java.time.Clock;
import java.time.Instant;

/**
 * How a {@link Sandbox} starts.
 *
 * @param googlePort for Google's stand-ins and the sandbox's own page; 0 (default) for any free one
 * @param twilioPort for Twilio's stand-in; 0 (default) for any free one
 * @param mailPort for SMTP; 0 (default) for any free one
 * @param clock decides what has expired; default the system's
 * @param base the data lies around this instant; null (default) for the clock's time at the start
 * @param seed of users, data and refresh tokens; default {@value #DEFAULT_SEED}
 * @param withData whether calendars and address books are filled; default true. Without, every user
 *     still has an empty primary calendar and both grants
 * @param allowHttpPush whether push channels may name {@code http://} addresses of this machine;
 *     default false, as at Google
 */
public record SandboxOptions(
    int googlePort,
    int twilioPort,
    int mailPort,
    Clock clock,
    Instant base,
    long seed,
    boolean withData,
    boolean allowHttpPush) {

  public static final long DEFAULT_SEED = 20260301L;

  public SandboxOptions {
    checkPort("googlePort", googlePort);
    checkPort("twilioPort", twilioPort);
    checkPort("mailPort", mailPort);
  }

  public static SandboxOptions defaults() {
    return new SandboxOptions(0, 0, 0, Clock.systemUTC(), null, DEFAULT_SEED, true, false);
  }

  public SandboxOptions ports(int google, int twilio, int mail) {
    return new SandboxOptions(google, twilio, mail, clock, base, seed, withData, allowHttpPush);
  }

  public SandboxOptions clock(Clock newClock) {
    return new SandboxOptions(
        googlePort, twilioPort, mailPort, newClock, base, seed, withData, allowHttpPush);
  }

  public SandboxOptions base(Instant newBase) {
    return new SandboxOptions(
        googlePort, twilioPort, mailPort, clock, newBase, seed, withData, allowHttpPush);
  }

  public SandboxOptions seed(long newSeed) {
    return new SandboxOptions(
        googlePort, twilioPort, mailPort, clock, base, newSeed, withData, allowHttpPush);
  }

  /** Users with empty calendars and address books, for tests that bring their own. */
  public SandboxOptions withoutData() {
    return new SandboxOptions(
        googlePort, twilioPort, mailPort, clock, base, seed, false, allowHttpPush);
  }

  public SandboxOptions allowHttpPush(boolean allow) {
    return new SandboxOptions(googlePort, twilioPort, mailPort, clock, base, seed, withData, allow);
  }

  private static void checkPort(String name, int port) {
    if (port < 0 || port > 65_535) {
      throw new IllegalArgumentException(
          name + " must lie between 0 and 65535 (0 for any free one), was " + port);
    }
  }
}
