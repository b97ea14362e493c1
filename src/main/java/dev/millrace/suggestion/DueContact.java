package dev.millrace.suggestion;

import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;

/**
 * A contact who may be suggested, and how long the user has waited.
 *
 * @param everMet whether there was a last contact at all
 * @param daysSince local calendar days since the last contact, or since the contact was added
 * @param wantedEvery days that the chosen frequency allows
 */
record DueContact(
    UUID id,
    String name,
    String frequency,
    boolean closeFriend,
    boolean everMet,
    long daysSince,
    int wantedEvery) {

  /** Days between two meetings by frequency; {@code na} means never to be suggested. */
  static final Map<String, Integer> DAYS_BY_FREQUENCY =
      Map.of(
          "daily", 1,
          "weekly", 7,
          "biweekly", 14,
          "monthly", 30,
          "quarterly", 90,
          "yearly", 365,
          "flexible", 60);

  /** Beyond a year more waiting says nothing new. */
  private static final long EXCESS_CAP_DAYS = 365;

  /** Close friends first, then the most overdue; name and id make the order the same every time. */
  static final Comparator<DueContact> MOST_WANTED_FIRST =
      Comparator.comparing(DueContact::closeFriend)
          .reversed()
          .thenComparing(Comparator.comparingLong(DueContact::excess).reversed())
          .thenComparing(DueContact::name)
          .thenComparing(DueContact::id);

  boolean isDue() {
    return daysSince >= wantedEvery;
  }

  /** Days waited over what was wanted. */
  long excess() {
    return Math.clamp(daysSince - wantedEvery, 0, EXCESS_CAP_DAYS);
  }

  double priority() {
    return 100 + 50 * Math.log1p(excess());
  }

  /** The figures behind the priority; no name, so that they may be shown to whoever operates. */
  Map<String, Object> factors() {
    Map<String, Object> factors = new LinkedHashMap<>();
    factors.put("frequency", frequency);
    factors.put("wantedEveryDays", wantedEvery);
    factors.put("daysSince", daysSince);
    factors.put("excessDays", excess());
    factors.put("everMet", everMet);
    factors.put("closeFriend", closeFriend);
    return factors;
  }
}
