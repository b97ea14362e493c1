package dev.millrace.suggestion;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** The free time that is still to be given away, earliest first, a few offers a day. */
final class Openings {

  /** More in one local day are more than anybody wants to meet. */
  static final int MOST_PER_LOCAL_DAY = 2;

  private final FreeTime free;
  private final List<TimeSpan> promised;
  private final Map<LocalDate, Integer> offersByDay = new HashMap<>();
  private List<TimeSpan> gaps;

  /**
   * @param promised slots that the user was offered or agreed to; each counts for its local day
   * @param earliest nothing starts before
   * @param latest nothing ends after
   */
  Openings(FreeTime free, List<TimeSpan> promised, Instant earliest, Instant latest) {
    this.free = free;
    this.promised = new ArrayList<>(promised);
    this.gaps = free.gaps(earliest, latest);
    promised.forEach(slot -> offersByDay.merge(free.localDate(slot.start()), 1, Integer::sum));
  }

  /** The next slot of the usual length, shorter where the gap is. */
  Optional<TimeSpan> next() {
    return gaps.stream()
        .filter(gap -> hasRoom(gap.start()))
        .flatMap(gap -> Stream.ofNullable(free.usualSlot(gap)))
        .findFirst();
  }

  /** The next slot of just this length. */
  Optional<TimeSpan> next(Duration length) {
    return gaps.stream()
        .filter(gap -> hasRoom(gap.start()))
        .flatMap(
            gap -> {
              Instant start = free.nextQuarter(gap.start());
              TimeSpan slot = new TimeSpan(start, start.plus(length));
              return gap.covers(slot) ? Stream.of(slot) : Stream.empty();
            })
        .findFirst();
  }

  /** Whether another offer may lie at the time of an event, which need not be free. */
  boolean admits(TimeSpan event) {
    return hasRoom(event.start()) && promised.stream().noneMatch(event::overlaps);
  }

  /** The slot was offered: its time is gone, and its day has room for one less. */
  void offered(TimeSpan slot) {
    promised.add(slot);
    offersByDay.merge(free.localDate(slot.start()), 1, Integer::sum);
    lost(slot);
  }

  /** The slot turned out to be somebody's already. */
  void lost(TimeSpan slot) {
    gaps = TimeSpan.without(gaps, List.of(slot));
  }

  private boolean hasRoom(Instant start) {
    return offersByDay.getOrDefault(free.localDate(start), 0) < MOST_PER_LOCAL_DAY;
  }
}
