package dev.millrace.sandbox.calendar;

import java.time.DayOfWeek;
import java.time.LocalDate;
import java.time.temporal.TemporalAdjusters;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;

/** The starts of a series in order of time; endless if the rule is. */
final class Occurrences implements Iterator<EventTime> {

  private final EventTime first;
  private final Recurrence rule;
  private final List<DayOfWeek> days;
  private LocalDate next;
  private int given;
  private int step;

  Occurrences(EventTime first, Recurrence rule) {
    this.first = first;
    this.rule = rule;
    this.days = rule.days().isEmpty() ? List.of(first.localDate().getDayOfWeek()) : rule.days();
    this.next = first.localDate();
  }

  @Override
  public boolean hasNext() {
    return (rule.count() == 0 || given < rule.count())
        && (rule.until() == null || !next.isAfter(rule.until()));
  }

  @Override
  public EventTime next() {
    if (!hasNext()) {
      throw new NoSuchElementException();
    }
    EventTime occurrence = first.on(next);
    given++;
    next = after(next);
    return occurrence;
  }

  private LocalDate after(LocalDate date) {
    return switch (rule.frequency()) {
      case DAILY -> date.plusDays(rule.interval());
      case WEEKLY -> nextWeekly(date);
      case MONTHLY, YEARLY -> nextWithSameDay();
    };
  }

  private LocalDate nextWeekly(LocalDate date) {
    for (DayOfWeek day : days) {
      if (day.compareTo(date.getDayOfWeek()) > 0) {
        return date.with(day);
      }
    }
    return date.with(TemporalAdjusters.previousOrSame(DayOfWeek.MONDAY))
        .plusWeeks(rule.interval())
        .with(days.get(0));
  }

  /** Months and years that lack the day (31st, 29 February) are skipped, not shortened. */
  private LocalDate nextWithSameDay() {
    LocalDate start = first.localDate();
    while (true) {
      step++;
      LocalDate candidate =
          rule.frequency() == Recurrence.Frequency.MONTHLY
              ? start.plusMonths((long) step * rule.interval())
              : start.plusYears((long) step * rule.interval());
      if (candidate.getDayOfMonth() == start.getDayOfMonth()) {
        return candidate;
      }
    }
  }
}
