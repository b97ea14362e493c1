package dev.millrace.api;

import dev.millrace.suggestion.FreeSlots;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.springframework.stereotype.Component;

/** When a user is free, as {@code routes/http/free-slots.camel.yaml} calls it. */
@Component
public class FreeSlotsApi {

  private static final String FROM = "from";
  private static final String TO = "to";
  private static final String SLOTS = "slots";
  private static final String START = "start";
  private static final Duration USUAL = Duration.ofDays(14);

  /** So far ahead calendars are always read; beyond, free would only mean unknown. */
  private static final Duration LONGEST = Duration.ofDays(60);

  /** What syncs change beyond this drops nothing. */
  private static final Duration KEPT = Duration.ofDays(30);

  private final FreeSlots slots;
  private final Clock clock;

  public FreeSlotsApi(FreeSlots slots, Clock clock) {
    this.slots = slots;
    this.clock = clock;
  }

  /**
   * A time that is asked for.
   *
   * @param kept whether the answer is one for the cache
   */
  public record Asked(UUID user, Instant from, Instant to, boolean kept) {

    /** The values of the key in the cache. */
    public List<Object> key() {
      return List.of(user, from, to);
    }
  }

  /** Reads what is asked for; without a word, two weeks from this hour on. */
  public Asked asked(UUID user, String query) {
    Map<String, String> sent = new QueryString(query).only(List.of(FROM, TO));
    Instant now = clock.instant();
    Instant from =
        sent.containsKey(FROM)
            ? moment(user, FROM, sent.get(FROM))
            : now.truncatedTo(ChronoUnit.HOURS);
    Instant to = sent.containsKey(TO) ? moment(user, TO, sent.get(TO)) : from.plus(USUAL);
    if (!to.isAfter(from) || Duration.between(from, to).compareTo(LONGEST) > 0) {
      throw JsonObject.invalid(
          TO,
          sent.get(TO),
          "send a time after \"from\", by " + LONGEST.toDays() + " days at most.",
          null);
    }
    if (to.isAfter(now.plus(LONGEST))) {
      String field = sent.containsKey(TO) ? TO : FROM;
      throw JsonObject.invalid(
          field,
          sent.get(field),
          "ask for the next " + LONGEST.toDays() + " days; nobody knows yet what comes later.",
          null);
    }
    boolean kept = isWholeMinute(from) && isWholeMinute(to) && !to.isAfter(now.plus(KEPT));
    return new Asked(user, from, to, kept);
  }

  /** Others are too many to be asked for twice. */
  private static boolean isWholeMinute(Instant moment) {
    return moment.equals(moment.truncatedTo(ChronoUnit.MINUTES));
  }

  /** What is free then. */
  public Map<String, Object> read(Asked asked) {
    FreeSlots.Free free = slots.between(asked.user(), asked.from(), asked.to());
    Map<String, Object> answer = new LinkedHashMap<>();
    answer.put("timeZone", free.timeZone());
    answer.put(FROM, asked.from().toString());
    answer.put(TO, asked.to().toString());
    answer.put("calendarSyncedAt", free.calendarSyncedAt());
    answer.put(
        SLOTS,
        free.slots().stream().map(slot -> Map.of(START, slot.start(), "end", slot.end())).toList());
    return answer;
  }

  /** The answer without what has begun since it was kept. */
  public Map<String, Object> toCome(Map<String, Object> answer) {
    Instant now = clock.instant();
    Map<String, Object> toCome = new LinkedHashMap<>(answer);
    toCome.put(
        SLOTS,
        ((List<?>) answer.get(SLOTS))
            .stream()
                .filter(
                    slot ->
                        !OffsetDateTime.parse((String) ((Map<?, ?>) slot).get(START))
                            .toInstant()
                            .isBefore(now))
                .toList());
    return toCome;
  }

  private Instant moment(UUID user, String field, String sent) {
    try {
      return Moments.within(
          sent.length() == "2026-01-31".length()
              ? LocalDate.parse(sent).atStartOfDay(slots.zone(user)).toInstant()
              : OffsetDateTime.parse(sent).toInstant());
    } catch (DateTimeException e) {
      throw JsonObject.invalid(
          field,
          sent,
          "send a date, such as 2026-01-31, or a time with its offset, such as"
              + " 2026-01-31T12:00:00Z (a plus sign as %2B), of the years 2000 to 2200.",
          e);
    }
  }
}
