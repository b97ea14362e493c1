package dev.millrace.contacts;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How contacts are read.
 *
 * @param fullEvery 6 days; Google lets a sync token live seven from the full read, however often it
 *     is used
 * @param fullAtOnce 2 full reads at a time, of all instances together
 * @param fullGap 6 s between the turns of full reads that found no room
 * @param maxPages 200 of one account, beyond which something is wrong with it
 * @param lease 16 min, the job's timeout and one minute; every page starts it anew
 */
@ConfigurationProperties("millrace.contacts-sync")
public record ContactsSyncProperties(
    @DefaultValue("6d") Duration fullEvery,
    @DefaultValue("2") int fullAtOnce,
    @DefaultValue("6s") Duration fullGap,
    @DefaultValue("200") int maxPages,
    @DefaultValue("16m") Duration lease) {

  private static final Duration TOKEN_LIFE = Duration.ofDays(7);

  public ContactsSyncProperties {
    atLeast("full-every", fullEvery, Duration.ofHours(1));
    if (fullEvery.compareTo(TOKEN_LIFE) >= 0) {
      throw refused(
          "full-every", fullEvery, "use less than 7d, after which Google's tokens expire");
    }
    if (fullAtOnce < 1 || fullAtOnce > 100) {
      throw refused("full-at-once", fullAtOnce, "use 1 to 100");
    }
    atLeast("full-gap", fullGap, Duration.ofMillis(100));
    if (maxPages < 1) {
      throw refused("max-pages", maxPages, "use 1 or more");
    }
    atLeast("lease", lease, Duration.ofMinutes(1));
  }

  private static void atLeast(String name, Duration value, Duration least) {
    if (value.compareTo(least) < 0) {
      throw refused(name, value, "use " + least + " or longer");
    }
  }

  private static IllegalArgumentException refused(String name, Object value, String remedy) {
    return new IllegalArgumentException(
        "millrace.contacts-sync.%s is %s: %s".formatted(name, value, remedy));
  }
}
