package dev.millrace.suggestion;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** A stretch of time, start included, end excluded. */
record TimeSpan(Instant start, Instant end) {

  Duration length() {
    return Duration.between(start, end);
  }

  boolean overlaps(TimeSpan other) {
    return start.isBefore(other.end) && other.start.isBefore(end);
  }

  boolean covers(TimeSpan other) {
    return !start.isAfter(other.start) && !end.isBefore(other.end);
  }

  /**
   * The same time in ascending stretches that neither touch nor overlap. Empty ones are dropped.
   */
  static List<TimeSpan> union(List<TimeSpan> spans) {
    List<TimeSpan> ordered =
        spans.stream()
            .filter(span -> span.start.isBefore(span.end))
            .sorted(Comparator.comparing(TimeSpan::start))
            .toList();
    List<TimeSpan> united = new ArrayList<>();
    for (TimeSpan next : ordered) {
      TimeSpan last = united.isEmpty() ? null : united.getLast();
      if (last == null || last.end.isBefore(next.start)) {
        united.add(next);
      } else if (last.end.isBefore(next.end)) {
        united.set(united.size() - 1, new TimeSpan(last.start, next.end));
      }
    }
    return united;
  }

  /** What of {@code from} is left once {@code taken} is cut out; ascending. */
  static List<TimeSpan> without(List<TimeSpan> from, List<TimeSpan> taken) {
    List<TimeSpan> left = new ArrayList<>();
    List<TimeSpan> cuts = union(taken);
    for (TimeSpan span : union(from)) {
      Instant start = span.start;
      for (TimeSpan cut : cuts) {
        if (!cut.overlaps(new TimeSpan(start, span.end))) {
          continue;
        }
        if (start.isBefore(cut.start)) {
          left.add(new TimeSpan(start, cut.start));
        }
        start = cut.end;
        if (!start.isBefore(span.end)) {
          break;
        }
      }
      if (start.isBefore(span.end)) {
        left.add(new TimeSpan(start, span.end));
      }
    }
    return left;
  }

  /** The time that lies in both; ascending. */
  static List<TimeSpan> common(List<TimeSpan> some, List<TimeSpan> others) {
    List<TimeSpan> both = new ArrayList<>();
    for (TimeSpan one : union(some)) {
      for (TimeSpan other : union(others)) {
        if (one.overlaps(other)) {
          both.add(
              new TimeSpan(
                  one.start.isAfter(other.start) ? one.start : other.start,
                  one.end.isBefore(other.end) ? one.end : other.end));
        }
      }
    }
    return both;
  }
}
