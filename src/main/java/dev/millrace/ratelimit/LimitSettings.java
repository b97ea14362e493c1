package dev.millrace.ratelimit;

import dev.millrace.ratelimit.RateLimit.Subjects;
import dev.millrace.setting.RefusedSetting;
import java.time.Duration;
import java.util.regex.Pattern;

/**
 * Settings {@code millrace.rate-limits.<name>.*}.
 *
 * @param algorithm fixed-window, sliding-window, sliding-log or token-bucket; default sliding-log
 * @param quota how much passes in a window; there is no default
 * @param window the time that the quota is for, 100 ms to 31 days; there is no default
 * @param burst what a token bucket holds; default the quota
 * @param prefix what its keys begin with, after {@code millrace:}; default {@code ratelimit:<name>}
 * @param subjects names or phones; default names
 * @param whenUnreachable open, closed or local; default local
 */
record LimitSettings(
    Algorithm algorithm,
    Long quota,
    Duration window,
    Long burst,
    String prefix,
    Subjects subjects,
    WhenUnreachable whenUnreachable) {

  static final String SETTING = "millrace.rate-limits";

  /** What one check adds up in a script stays below 2^53, up to which Lua counts exactly. */
  private static final long EXACT = 1L << 51;

  private static final Duration SHORTEST = Duration.ofMillis(100);
  private static final Duration LONGEST = Duration.ofDays(31);
  // It stands in headers and in the names of settings.
  private static final Pattern NAME = Pattern.compile("[a-z0-9]+(-[a-z0-9]+)*");
  private static final Pattern PREFIX = Pattern.compile("[\\x21-\\x7e]{1,100}");

  /**
   * The limit of this name.
   *
   * @throws RefusedSetting when it cannot be one
   */
  RateLimit named(String name) {
    requireName(name);
    if (quota == null || window == null) {
      throw refused(
          name, "has no " + (quota == null ? "quota" : "window"), "Set both, such as 60 and 60s");
    }
    if (window.compareTo(SHORTEST) < 0 || window.compareTo(LONGEST) > 0) {
      throw refused(name + ".window", "is " + window, "Set it to 100ms up to 31d");
    }
    Algorithm chosen = algorithm == null ? Algorithm.SLIDING_LOG : algorithm;
    if (burst != null && chosen != Algorithm.TOKEN_BUCKET) {
      throw refused(
          name + ".burst",
          "is set",
          "Remove it, or set the algorithm to token-bucket, which has one");
    }
    RateLimit limit =
        new RateLimit(
            name,
            chosen,
            quota,
            window,
            burst == null ? quota : burst,
            prefix == null || prefix.isBlank() ? "ratelimit:" + name : prefix.strip(),
            subjects == null ? Subjects.NAMES : subjects,
            whenUnreachable == null ? WhenUnreachable.LOCAL : whenUnreachable);
    if (!PREFIX.matcher(limit.prefix()).matches()) {
      throw refused(
          name + ".prefix",
          "has spaces, or more than 100 characters",
          "Use plain letters and colons");
    }
    refuseUncountable(limit);
    if (limit.isForSms() && limit.whenUnreachable() == WhenUnreachable.OPEN) {
      throw refused(
          name + ".when-unreachable",
          "is open, which would let any number of text messages pass while Redis is away",
          "Set it to local or closed");
    }
    if (name.equals(SmsLimits.INCOMING) && limit.subjects() != Subjects.PHONES) {
      throw refused(
          name + ".subjects",
          "is names, so that phone numbers would stand in Redis in the clear",
          "Set it to phones");
    }
    if (name.equals(SmsLimits.OUTGOING) && limit.subjects() != Subjects.NAMES) {
      throw refused(name + ".subjects", "is phones, but users are counted", "Set it to names");
    }
    return limit;
  }

  static void requireName(String name) {
    if (!NAME.matcher(name).matches()) {
      throw refused(name, "is no name for a limit", "Use small letters, digits and dashes");
    }
  }

  /** The most that a limit with this algorithm and window can count to. */
  static long most(Algorithm algorithm, Duration window) {
    // Bucket4j, which counts while Redis is away, refills at most one a nanosecond.
    long exact = Math.min(EXACT / window.toMillis(), window.toNanos());
    return algorithm == Algorithm.SLIDING_LOG ? Math.min(SlidingLog.MOST, exact) : exact;
  }

  private static void refuseUncountable(RateLimit limit) {
    long most = most(limit.algorithm(), limit.window());
    refuseUncountable(limit, "quota", limit.quota(), most);
    refuseUncountable(limit, "burst", limit.burst(), most);
  }

  private static void refuseUncountable(RateLimit limit, String field, long value, long most) {
    if (value < 1 || value > most) {
      throw refused(
          limit.name() + "." + field,
          "is " + value,
          "Set it to 1 up to "
              + most
              + (limit.algorithm() == Algorithm.SLIDING_LOG
                  ? ", or the algorithm to sliding-window, which counts further"
                  : ""));
    }
  }

  private static RefusedSetting refused(String field, String problem, String remedy) {
    return new RefusedSetting(SETTING + "." + field + " " + problem + ".", remedy + ".");
  }
}
