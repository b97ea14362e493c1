package dev.millrace.preference;

import dev.millrace.setting.Spelling;
import java.time.ZoneId;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/** The time zones that a user can be in: those of the IANA database, by name. */
public final class TimeZones {

  private static final int MOST = 3;
  private static final Set<String> KNOWN = new TreeSet<>(ZoneId.getAvailableZoneIds());

  private TimeZones() {}

  /** Whether it is the name of one; an offset such as {@code +02:00} is none. */
  public static boolean known(String name) {
    return KNOWN.contains(name);
  }

  /** Names that may have been meant, at most three: first those of the place, then by spelling. */
  public static List<String> near(String name) {
    String place = place(name).replace(' ', '_');
    Stream<String> there = KNOWN.stream().filter(zone -> place(zone).equalsIgnoreCase(place));
    Stream<String> spelled =
        Stream.concat(
            Spelling.nearest(name, KNOWN).stream(),
            KNOWN.stream()
                .filter(zone -> place.length() >= 3)
                .filter(zone -> lower(zone).contains(lower(place))));
    return Stream.concat(there, spelled).distinct().limit(MOST).toList();
  }

  private static String place(String name) {
    return name.substring(name.lastIndexOf('/') + 1);
  }

  private static String lower(String text) {
    return text.toLowerCase(Locale.ROOT);
  }
}
