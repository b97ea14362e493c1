package dev.millrace.cache;

import dev.millrace.setting.RefusedSetting;
import java.time.Duration;
import java.util.List;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * {@code millrace.cache.caches.<name>.*}: one cache.
 *
 * @param key of its entries, such as {@code contact:list:{userId}}
 * @param tags that its entries can be dropped by, besides the prefixes of the key, such as {@code
 *     contacts:{userId}}
 * @param ttl how long an entry stays; 1 s to {@code millrace.cache.max-ttl}
 * @param jitter by which part of its time an entry may go earlier, so that entries of one moment do
 *     not all go in one moment; 0 to 0.9
 * @param negativeTtl how long it is remembered that there is nothing; 0 = not at all, at most
 *     {@code ttl}
 * @param refreshAhead the part of its time after which an entry that is used is loaded anew in the
 *     background; 0.1 to 0.95, 0 = never
 * @param near copies in this process
 * @param loadLock how long other replicas wait for the one that loads; 0 = they do not. Unset: 5 s,
 *     or less where entries live shortly
 */
public record CacheSettings(
    String key,
    List<String> tags,
    Duration ttl,
    @DefaultValue("0.1") double jitter,
    @DefaultValue("0s") Duration negativeTtl,
    @DefaultValue("0") double refreshAhead,
    @DefaultValue Near near,
    Duration loadLock) {

  /** What Redis counts in; less would be none. */
  private static final Duration FINEST = Duration.ofMillis(1);

  private static final Duration SHORTEST = Duration.ofSeconds(1);
  private static final Duration USUAL_LOCK = Duration.ofSeconds(5);
  private static final double MOST_JITTER = 0.9;
  private static final double EARLIEST_REFRESH = 0.1;
  private static final double LATEST_REFRESH = 0.95;
  private static final int MOST_ENTRIES = 1_000_000;

  /**
   * Copies in this process.
   *
   * @param maxStaleness how long a copy may be given away without a look at Redis; 0 = no copies,
   *     at most {@code ttl}
   * @param maxEntries 1 to 1,000,000; default 1,000
   */
  public record Near(
      @DefaultValue("0s") Duration maxStaleness, @DefaultValue("1000") int maxEntries) {

    static final Near NONE = new Near(Duration.ZERO, 1);
  }

  public CacheSettings {
    tags = tags == null ? List.of() : List.copyOf(tags);
  }

  /** The keys and tags; valid once {@link #check} has passed. */
  KeyPattern pattern() {
    return new KeyPattern(key, tags);
  }

  /** What is left of an entry's time when all of its jitter is taken. */
  Duration shortestTtl() {
    return times(ttl, 1 - jitter);
  }

  /** How long others wait for a load, as said or as usual. */
  Duration lock() {
    if (loadLock != null) {
      return loadLock;
    }
    Duration most = longestLock();
    return most.compareTo(USUAL_LOCK) < 0 ? most : USUAL_LOCK;
  }

  /**
   * A lock is not given back, so it must be over before its entry is: who came then would wait for
   * nobody.
   */
  private Duration longestLock() {
    Duration most = times(shortestTtl(), refreshAhead > 0 ? refreshAhead / 2 : 1.0 / 2);
    return negativeTtl.isPositive() && negativeTtl.compareTo(most) < 0 ? negativeTtl : most;
  }

  /**
   * @param name of the cache, for the message
   * @throws RefusedSetting when something cannot be
   */
  void check(String name, Duration maxTtl) {
    String at = "millrace.cache.caches." + name + ".";
    checkKey(at);
    if (ttl == null || ttl.compareTo(SHORTEST) < 0 || ttl.compareTo(maxTtl) > 0) {
      throw new RefusedSetting(
          at + "ttl is " + (ttl == null ? "missing" : ttl) + "; every entry must run out.",
          "Set it to 1s up to millrace.cache.max-ttl, which is " + maxTtl + ".");
    }
    if (!(jitter >= 0 && jitter <= MOST_JITTER)) {
      throw new RefusedSetting(at + "jitter is " + jitter + ".", "Set it to 0 to 0.9.");
    }
    within(at + "negative-ttl", negativeTtl, ttl, "ttl");
    if (refreshAhead != 0
        && !(refreshAhead >= EARLIEST_REFRESH && refreshAhead <= LATEST_REFRESH)) {
      throw new RefusedSetting(
          at + "refresh-ahead is " + refreshAhead + ".", "Set it to 0.1 to 0.95, or 0 for never.");
    }
    within(at + "near.max-staleness", near.maxStaleness(), ttl, "ttl");
    if (near.maxEntries() < 1 || near.maxEntries() > MOST_ENTRIES) {
      throw new RefusedSetting(
          at + "near.max-entries is " + near.maxEntries() + ".", "Set it to 1 to 1000000.");
    }
    if (loadLock != null) {
      within(at + "load-lock", loadLock, longestLock(), "what is over before its entry");
      if (loadLock.isZero() && refreshAhead > 0) {
        throw new RefusedSetting(
            at + "load-lock is 0, but refresh-ahead needs it: all replicas would refresh.",
            "Leave load-lock out, or set refresh-ahead to 0.");
      }
    }
  }

  private void checkKey(String at) {
    if (key == null || key.isBlank()) {
      throw new RefusedSetting(
          at + "key is missing.", "Set it to the form of its keys, such as contact:list:{userId}.");
    }
    try {
      pattern();
    } catch (IllegalArgumentException e) {
      throw new RefusedSetting(
          at + "key or tags: " + e.getMessage() + ".",
          "Correct it, as in contact:list:{userId}.",
          e);
    }
  }

  private static void within(String name, Duration value, Duration most, String why) {
    boolean tooShort = value.isPositive() && value.compareTo(FINEST) < 0;
    if (value.isNegative() || tooShort || value.compareTo(most) > 0) {
      throw new RefusedSetting(
          name + " is " + value + ".", "Set it to 0s, or 1ms up to " + most + ", " + why + ".");
    }
  }

  private static Duration times(Duration time, double factor) {
    return Duration.ofMillis((long) (time.toMillis() * factor));
  }
}
