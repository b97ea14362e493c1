package dev.millrace.queue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.time.Instant;

/**
 * When a job scheduler's jobs run, BullMQ's {@code RepeatOptions}: at a fixed interval ({@link
 * #every}) or by a cron pattern ({@link #cron}).
 */
public final class RepeatOptions {

  private final Duration every;
  private final String pattern;
  private final String tz;
  private final Integer limit;
  private final Instant startDate;
  private final Instant endDate;
  private final Duration offset;
  private final boolean immediately;

  private RepeatOptions(Builder from) {
    every = from.every;
    pattern = from.pattern;
    tz = from.tz;
    limit = from.limit;
    startDate = from.startDate;
    endDate = from.endDate;
    offset = from.offset;
    immediately = from.immediately;
  }

  /**
   * At this interval, the first time at once. Whole milliseconds, at least one.
   *
   * <p>The grid is that of the first run: what was missed while nobody worked the queue is skipped.
   */
  public static Builder every(Duration interval) {
    if (interval == null || interval.toMillis() < 1) {
      throw new IllegalArgumentException(
          "every " + interval + " is not a positive interval; write 1 ms or more, such as 10m");
    }
    Builder builder = new Builder();
    builder.every = Duration.ofMillis(interval.toMillis());
    return builder;
  }

  /** By a cron pattern, see {@link CronPattern}. */
  public static Builder cron(String pattern) {
    if (pattern == null || pattern.isBlank()) {
      throw new IllegalArgumentException(
          "pattern is empty; write a cron pattern such as \"0 3 * * *\", or use every");
    }
    Builder builder = new Builder();
    builder.pattern = pattern;
    return builder;
  }

  /** The interval; null when a pattern says. */
  public Duration every() {
    return every;
  }

  /** The cron pattern; null when an interval says. */
  public String pattern() {
    return pattern;
  }

  /** The pattern's time zone; null = the zone of whichever process computes the next run. */
  public String tz() {
    return tz;
  }

  /** How many runs there are in all; null = no limit. */
  public Integer limit() {
    return limit;
  }

  /** Before it nothing runs; null = now. */
  public Instant startDate() {
    return startDate;
  }

  /** After it nothing is scheduled; null = never. */
  public Instant endDate() {
    return endDate;
  }

  /** How far the interval's grid is moved from the epoch's; null = the first run makes the grid. */
  public Duration offset() {
    return offset;
  }

  /** Whether a pattern's first run is now. */
  public boolean immediately() {
    return immediately;
  }

  /** The next time of the pattern, or null when it has none before the end date. */
  Instant nextByPattern(Instant now) {
    Instant next = immediately ? now : next(CronPattern.of(pattern, tz), now, startDate);
    return next == null || (endDate != null && next.isAfter(endDate)) ? null : next;
  }

  static Instant next(CronPattern pattern, Instant now, Instant startDate) {
    return pattern.next(startDate != null && startDate.isAfter(now) ? startDate : now).orElse(null);
  }

  /** As a job's {@code opts.repeat} holds it, for the first job. */
  void write(ObjectNode options) {
    ObjectNode repeat = options.putObject("repeat").put("count", 1);
    if (every != null) {
      repeat.put("every", every.toMillis());
    }
    if (pattern != null) {
      repeat.put("pattern", pattern);
    }
    if (tz != null) {
      repeat.put("tz", tz);
    }
    if (limit != null) {
      repeat.put("limit", limit);
    }
    if (startDate != null) {
      repeat.put("startDate", startDate.toEpochMilli());
    }
    if (endDate != null) {
      repeat.put("endDate", endDate.toEpochMilli());
    }
    if (every != null && offset != null && !offset.isZero()) {
      repeat.put("offset", offset.toMillis());
    }
  }

  /** Collects options; {@link #build} refuses what BullMQ would refuse. */
  public static final class Builder {

    private Duration every;
    private String pattern;
    private String tz;
    private Integer limit;
    private Instant startDate;
    private Instant endDate;
    private Duration offset;
    private boolean immediately;

    private Builder() {}

    /** A name such as Europe/Berlin. Give one: fleets are not always in one zone. */
    public Builder tz(String zone) {
      tz = zone == null || zone.isBlank() ? null : zone;
      return this;
    }

    public Builder limit(int runs) {
      if (runs < 1) {
        throw new IllegalArgumentException(
            "limit " + runs + " allows no run; use 1 or more, or leave it out");
      }
      limit = runs;
      return this;
    }

    public Builder startDate(Instant value) {
      startDate = value;
      return this;
    }

    public Builder endDate(Instant value) {
      endDate = value;
      return this;
    }

    public Builder offset(Duration value) {
      offset = value;
      return this;
    }

    public Builder immediately(boolean value) {
      immediately = value;
      return this;
    }

    public RepeatOptions build() {
      if (immediately && startDate != null) {
        throw new IllegalArgumentException(
            "immediately and startDate contradict each other; leave one out");
      }
      if (offset != null
          && (offset.isNegative() || (every != null && offset.compareTo(every) >= 0))) {
        throw new IllegalArgumentException(
            "offset " + offset + " is outside one interval; use 0 or more, and less than every");
      }
      if (pattern != null) {
        CronPattern.of(pattern, tz);
      }
      return new RepeatOptions(this);
    }
  }
}
