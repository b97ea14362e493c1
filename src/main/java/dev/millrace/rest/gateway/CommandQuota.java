package dev.millrace.rest.gateway;

import dev.millrace.rest.gateway.GatewayRefusal.Reason;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/**
 * How many commands this instance takes in a second and in a day (UTC). A request whose commands do
 * not all fit is refused as a whole, and counts nothing.
 */
final class CommandQuota {

  private final Clock clock;
  private final Window second;
  private final Window day;

  /** 0 is no limit. */
  CommandQuota(Clock clock, long aSecond, long aDay) {
    this.clock = clock;
    this.second = new Window(ChronoUnit.SECONDS, aSecond, "ERR max requests limit exceeded");
    this.day = new Window(ChronoUnit.DAYS, aDay, "ERR max daily request limit exceeded");
  }

  /**
   * Counts commands that are about to be sent.
   *
   * @throws GatewayRefusal when there are too many
   */
  synchronized void take(int commands) {
    Instant now = clock.instant();
    second.check(now, commands);
    day.check(now, commands);
    second.used += commands;
    day.used += commands;
  }

  private static final class Window {

    private final ChronoUnit unit;
    private final long limit;
    private final String text;
    private Instant begin = Instant.MIN;
    private long used;

    private Window(ChronoUnit unit, long limit, String text) {
      this.unit = unit;
      this.limit = limit;
      this.text = text;
    }

    private void check(Instant now, int commands) {
      Instant current = now.truncatedTo(unit);
      if (!current.equals(begin)) {
        begin = current;
        used = 0;
      }
      if (limit > 0 && used + commands > limit) {
        throw new GatewayRefusal(Reason.RATE, text);
      }
    }
  }
}
