package dev.millrace;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;

/** A clock that a test moves, for beans and sandbox alike. */
public final class TestClock extends Clock {

  private volatile Instant now;

  public TestClock(Instant start) {
    now = start;
  }

  /** Starts at an ISO time such as {@code 2026-03-01T09:00:00Z}. */
  public TestClock(String start) {
    this(Instant.parse(start));
  }

  public void advance(Duration by) {
    now = now.plus(by);
  }

  public void set(Instant instant) {
    now = instant;
  }

  public void set(String instant) {
    set(Instant.parse(instant));
  }

  @Override
  public Instant instant() {
    return now;
  }

  @Override
  public ZoneId getZone() {
    return ZoneOffset.UTC;
  }

  @Override
  public Clock withZone(ZoneId zone) {
    return Clock.fixed(now, zone);
  }
}
