package dev.millrace.queue;

import com.cronutils.model.definition.CronDefinition;
import com.cronutils.model.definition.CronDefinitionBuilder;
import com.cronutils.model.time.ExecutionTime;
import com.cronutils.parser.CronParser;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.temporal.ChronoUnit;
import java.time.zone.ZoneOffsetTransition;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A cron pattern in a time zone, with the times that Node's cron-parser finds for it.
 *
 * <p>Five fields (minute, hour, day of month, month, day of week) or six with seconds in front. Each
 * takes {@code *}, {@code ?}, lists, ranges and steps; months and weekdays take names, {@code 0} and
 * {@code 7} are Sunday, {@code L} is the last day of the month, {@code 5L} its last Friday, {@code
 * 1#2} its second Monday. Where both days are restricted, either may match. {@code @yearly}, {@code
 * @annually}, {@code @monthly}, {@code @weekly}, {@code @daily}, {@code @hourly}, {@code @minutely},
 * {@code @secondly}, {@code @weekdays} and {@code @weekends} stand for what they say.
 *
 * <p>Where clocks change, a pattern for every hour follows real time. Any other runs once: what
 * falls into the hour that is left out runs at the same minute of the next one, and of the hour that
 * comes twice only the first counts.
 */
public final class CronPattern {

  private static final Map<String, String> NICKNAMES =
      Map.of(
          "@yearly", "0 0 0 1 1 *",
          "@annually", "0 0 0 1 1 *",
          "@monthly", "0 0 0 1 * *",
          "@weekly", "0 0 0 * * 0",
          "@daily", "0 0 0 * * *",
          "@hourly", "0 0 * * * *",
          "@minutely", "0 * * * * *",
          "@secondly", "* * * * * *",
          "@weekdays", "0 0 0 * * 1-5",
          "@weekends", "0 0 0 * * 0,6");

  /** What stands in for fields that are left out at the front. */
  private static final List<String> DEFAULTS = List.of("0", "*", "*", "*", "*", "*");

  private static final List<String> NAMES =
      List.of(
          "SUN MON TUE WED THU FRI SAT JAN FEB MAR APR MAY JUN JUL AUG SEP OCT NOV DEC".split(" "));

  private static final Pattern RANGE = Pattern.compile("(\\d{1,4}|[A-Za-z]+)-(\\d{1,4}|[A-Za-z]+)");
  private static final Pattern HASHED = Pattern.compile("(.*[^A-Za-z])?H([^A-Za-z].*)?");

  private static final int HOUR = 2;
  private static final int DAY_OF_MONTH = 3;

  private static final CronParser PARSER = new CronParser(definition());

  private final List<ExecutionTime> times = new ArrayList<>();
  private final ZoneId zone;
  private final boolean everyHour;

  private CronPattern(List<String> fields, ZoneId zone) {
    this.zone = zone;
    // The library does not find the last day when it is one of a list.
    for (String day : lastDayApart(fields.get(DAY_OF_MONTH))) {
      List<String> one = new ArrayList<>(fields);
      one.set(DAY_OF_MONTH, day);
      times.add(parse(one));
    }
    this.everyHour = isEveryHour(fields.get(HOUR));
  }

  /**
   * Reads a pattern.
   *
   * @param zone null: the zone of this process, as in BullMQ
   * @throws IllegalArgumentException names what is wrong with the pattern or the zone
   */
  public static CronPattern of(String pattern, String zone) {
    ZoneId zoneId = zone(zone);
    try {
      return new CronPattern(fields(pattern), zoneId);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "pattern \""
              + pattern
              + "\" is not a cron pattern: "
              + e.getMessage()
              + "; write five fields (minute hour day month weekday), or six with seconds in front",
          e);
    }
  }

  /** The first time after this one; empty when there is none, as for a 30th of February. */
  public Optional<Instant> next(Instant after) {
    ZoneOffset offset = zone.getRules().getOffset(after);
    LocalDateTime local = LocalDateTime.ofInstant(after, offset).truncatedTo(ChronoUnit.SECONDS);
    Instant from = after;
    // Between two changes of the clock, local time is as regular as real time.
    while (true) {
      LocalDateTime found = nextLocal(local);
      if (found == null) {
        return Optional.empty();
      }
      ZoneOffsetTransition change = zone.getRules().nextTransition(from);
      if (change == null || found.isBefore(change.getDateTimeBefore())) {
        return Optional.of(found.toInstant(offset));
      }
      LocalDateTime resumed = resumed(change);
      if (found.isBefore(resumed) && isMadeUpFor(change)) {
        Instant late = found.toInstant(offset);
        LocalDateTime regular = nextLocal(resumed.minusSeconds(1));
        Instant usual = regular == null ? late : regular.toInstant(change.getOffsetAfter());
        return Optional.of(late.isBefore(usual) ? late : usual);
      }
      offset = change.getOffsetAfter();
      local = resumed.minusSeconds(1);
      from = change.getInstant();
    }
  }

  /** The first local time that counts after the clock was changed. */
  private LocalDateTime resumed(ZoneOffsetTransition change) {
    return change.isGap() || everyHour ? change.getDateTimeAfter() : change.getDateTimeBefore();
  }

  /**
   * Whether what falls into the time that is left out runs after it. cron-parser sees a gap at
   * midnight only when it comes from a run in the hour before.
   */
  private boolean isMadeUpFor(ZoneOffsetTransition change) {
    if (!change.isGap() || everyHour || change.getDuration().compareTo(Duration.ofHours(1)) < 0) {
      return false;
    }
    LocalDateTime gap = change.getDateTimeBefore();
    return !gap.toLocalTime().equals(LocalTime.MIDNIGHT)
        || nextLocal(gap.minusHours(1).minusSeconds(1)).isBefore(gap);
  }

  private LocalDateTime nextLocal(LocalDateTime after) {
    ZonedDateTime start = after.atZone(ZoneOffset.UTC);
    return times.stream()
        .map(time -> time.nextExecution(start))
        .flatMap(Optional::stream)
        .map(ZonedDateTime::toLocalDateTime)
        .min(LocalDateTime::compareTo)
        .orElse(null);
  }

  private static List<String> fields(String pattern) {
    String text = pattern.trim();
    List<String> given = List.of(NICKNAMES.getOrDefault(text, text).split("\\s+"));
    if (text.isEmpty()) {
      throw new IllegalArgumentException("it is empty");
    }
    if (given.size() > DEFAULTS.size()) {
      throw new IllegalArgumentException("it has " + given.size() + " fields");
    }
    if (given.get(0).startsWith("@")) {
      throw new IllegalArgumentException("the nickname is unknown; there are " + nicknames());
    }
    List<String> fields = new ArrayList<>(DEFAULTS.subList(0, DEFAULTS.size() - given.size()));
    given.forEach(field -> fields.add(field.replace('?', '*')));
    fields.forEach(CronPattern::check);
    return fields;
  }

  /** What the library would take and cron-parser would not, or would take for something else. */
  private static void check(String field) {
    if (HASHED.matcher(field).matches()) {
      throw new IllegalArgumentException(
          "\"" + field + "\" asks for a value that each client draws anew; write a number");
    }
    if (field.contains("#") && !field.matches("\\w+#[1-5]")) {
      throw new IllegalArgumentException(
          "\"" + field + "\" must be one weekday, # and its number in the month, 1 to 5");
    }
    for (Matcher range = RANGE.matcher(field); range.find(); ) {
      if (position(range.group(1)) > position(range.group(2))) {
        throw new IllegalArgumentException("\"" + range.group() + "\" runs backwards");
      }
    }
  }

  private static int position(String value) {
    return Character.isDigit(value.charAt(0))
        ? Integer.parseInt(value)
        : NAMES.indexOf(value.toUpperCase(Locale.ROOT));
  }

  private static String nicknames() {
    return String.join(", ", NICKNAMES.keySet().stream().sorted().toList());
  }

  private static List<String> lastDayApart(String days) {
    List<String> others = new ArrayList<>(List.of(days.split(",", -1)));
    if (others.size() == 1 || !others.removeIf("L"::equalsIgnoreCase)) {
      return List.of(days);
    }
    return others.isEmpty() ? List.of("L") : List.of("L", String.join(",", others));
  }

  private static ExecutionTime parse(List<String> fields) {
    return ExecutionTime.forCron(PARSER.parse(String.join(" ", fields)));
  }

  private static boolean isEveryHour(String hours) {
    ExecutionTime time = parse(List.of("0", "0", hours, "*", "*", "*"));
    ZonedDateTime day = ZonedDateTime.of(2001, 1, 1, 0, 0, 0, 0, ZoneOffset.UTC);
    return time.countExecutions(day.minusSeconds(1), day.plusDays(1).minusSeconds(1)) == 24;
  }

  private static ZoneId zone(String name) {
    if (name == null || name.isBlank() || List.of("local", "system").contains(name)) {
      return ZoneId.systemDefault();
    }
    try {
      return ZoneId.of(name);
    } catch (DateTimeException unknown) {
      // Intl, which Node asks, does not mind the case.
      return ZoneId.getAvailableZoneIds().stream()
          .filter(name::equalsIgnoreCase)
          .findFirst()
          .map(ZoneId::of)
          .orElseGet(() -> offsetZone(name, unknown));
    }
  }

  /** Luxon's own notation: {@code utc+3}. */
  private static ZoneId offsetZone(String name, DateTimeException unknown) {
    try {
      return ZoneId.of(name.toUpperCase(Locale.ROOT));
    } catch (DateTimeException again) {
      throw new IllegalArgumentException(
          "tz \"" + name + "\" is not a time zone; write a name such as Europe/Berlin or UTC",
          unknown);
    }
  }

  private static CronDefinition definition() {
    return CronDefinitionBuilder.defineCron()
        .withSeconds()
        .withValidRange(0, 59)
        .and()
        .withMinutes()
        .withValidRange(0, 59)
        .and()
        .withHours()
        .withValidRange(0, 23)
        .and()
        .withDayOfMonth()
        .withValidRange(1, 31)
        .supportsL()
        .and()
        .withMonth()
        .withValidRange(1, 12)
        .and()
        .withDayOfWeek()
        .withValidRange(0, 7)
        .withMondayDoWValue(1)
        .withIntMapping(7, 0)
        .supportsHash()
        .supportsL()
        .and()
        .instance();
  }
}
