package dev.millrace.sandbox;

import static java.time.DayOfWeek.FRIDAY;
import static java.time.DayOfWeek.MONDAY;
import static java.time.DayOfWeek.SATURDAY;
import static java.time.DayOfWeek.SUNDAY;
import static java.time.DayOfWeek.THURSDAY;
import static java.time.DayOfWeek.TUESDAY;
import static java.time.DayOfWeek.WEDNESDAY;
import static java.time.temporal.TemporalAdjusters.nextOrSame;

import dev.millrace.sandbox.calendar.Calendars;
import dev.millrace.sandbox.calendar.EventDraft;
import dev.millrace.sandbox.calendar.EventTime;
import dev.millrace.sandbox.calendar.Recurrence;
import dev.millrace.sandbox.google.Opaque;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZonedDateTime;
import java.util.List;
import java.util.Locale;
import java.util.Random;

/** One person's calendars: two months back, five ahead, with everything that makes sync hard. */
final class CalendarData {

  private static final int DAYS_BACK = 60;
  private static final int DAYS_AHEAD = 150;
  private static final List<String> MEETINGS =
      List.of(
          "Design review",
          "Budget call",
          "Interview",
          "Customer visit",
          "Supplier call",
          "Planning",
          "Retrospective",
          "Lunch with the team",
          "Workshop",
          "Press call",
          "Quarterly numbers",
          "Site inspection");
  private static final List<String> ERRANDS =
      List.of(
          "Dentist",
          "Parents' evening",
          "Swimming lesson",
          "Dinner with friends",
          "Car service",
          "Choir rehearsal",
          "Haircut",
          "Football match");
  private static final List<String> HOLIDAYS =
      List.of(
          "Founders' Day",
          "Spring Holiday",
          "Harvest Day",
          "Day of the Lake",
          "Lantern Night",
          "Workers' Day",
          "Midsummer",
          "Remembrance Day");

  private final Calendars calendars;
  private final SandboxUser user;
  private final Random random;
  private final LocalDate today;
  private final LocalDate first;
  private int ids;

  CalendarData(Calendars calendars, SandboxUser user, Instant base, Random random) {
    this.calendars = calendars;
    this.user = user;
    this.random = random;
    this.today = base.atZone(user.zone()).toLocalDate();
    this.first = today.minusDays(DAYS_BACK);
  }

  /**
   * @param crowded whether to add a calendar that needs more than one page of 2,500
   */
  void fill(boolean crowded) {
    series();
    meetings();
    daysOff();
    family();
    holidays();
    if (crowded) {
      frontDesk();
    }
  }

  private void series() {
    LocalDate monday = first.with(nextOrSame(MONDAY));
    String standUp =
        add(
            EventDraft.timed("Stand-up", at(monday, 9, 15), Duration.ofMinutes(15))
                .repeating(Recurrence.weekly(MONDAY, TUESDAY, WEDNESDAY, THURSDAY, FRIDAY)));
    calendars.cancelInstance(
        user.email(), "primary", standUp, EventTime.at(at(workday(today, 2), 9, 15)));
    LocalDate moved = workday(today, 4);
    calendars.moveInstance(
        user.email(),
        "primary",
        standUp,
        EventTime.at(at(moved, 9, 15)),
        EventTime.at(at(moved, 11, 0)));
    LocalDate tuesday = first.with(nextOrSame(TUESDAY));
    String oneToOne =
        add(
            EventDraft.timed("One-to-one", at(tuesday, 14, 0), Duration.ofMinutes(45))
                .repeating(Recurrence.weekly())
                .answered("accepted"));
    LocalDate declined = today.with(nextOrSame(TUESDAY));
    calendars.editInstance(
        user.email(),
        "primary",
        oneToOne,
        EventTime.at(at(declined, 14, 0)),
        draft -> draft.answered("declined"));
    add(
        EventDraft.timed("Sprint review", at(first.with(nextOrSame(THURSDAY)), 15, 0), hours(1))
            .repeating(Recurrence.weekly().every(2).times(16)));
    add(
        EventDraft.timed("All hands", at(first.withDayOfMonth(5), 16, 30), hours(1))
            .repeating(Recurrence.monthly()));
    add(
        EventDraft.timed("Gym", at(first, 18, 30), hours(1))
            .repeating(Recurrence.weekly(WEDNESDAY, SATURDAY).until(today.plusDays(60))));
    add(
        EventDraft.timed("Focus time", at(first.with(nextOrSame(FRIDAY)), 13, 0), hours(2))
            .type("focusTime")
            .repeating(Recurrence.weekly(FRIDAY)));
    add(
        EventDraft.allDay("Home", first.with(nextOrSame(WEDNESDAY)), 1)
            .type("workingLocation")
            .transparent()
            .repeating(Recurrence.weekly(WEDNESDAY)));
    for (int i = 0; i < 6; i++) {
      LocalDate birth =
          LocalDate.of(1970 + random.nextInt(35), 1 + random.nextInt(12), 1 + random.nextInt(28));
      LocalDate shown = birth.withYear(today.getYear() - 1);
      add(
          EventDraft.allDay(AddressNames.given(random) + "'s birthday", shown, 1)
              .type("birthday")
              .transparent()
              .repeating(Recurrence.yearly()));
    }
  }

  private void meetings() {
    for (int day = 0; day < DAYS_BACK + DAYS_AHEAD; day++) {
      LocalDate date = first.plusDays(day);
      int number = isWeekend(date) ? random.nextInt(8) / 7 : random.nextInt(3);
      for (int i = 0; i < number; i++) {
        String title = MEETINGS.get(random.nextInt(MEETINGS.size()));
        Duration length = Duration.ofMinutes(30L * (1 + random.nextInt(4)));
        ZonedDateTime start = at(date, 9 + random.nextInt(9), 30 * random.nextInt(2));
        decorate(EventDraft.timed(title, start, length));
      }
    }
    // Around today there is always something, on weekends too.
    add(EventDraft.timed("Call back the workshop", at(today, 10, 0), Duration.ofMinutes(30)));
    add(EventDraft.timed("Write up notes", at(today.plusDays(1), 16, 0), hours(1)));
    // Across midnight, and through the hour that daylight saving time takes or repeats.
    add(EventDraft.timed("Night train", at(today.plusDays(9), 22, 30), hours(9)));
    add(
        EventDraft.timed(
            "Server maintenance", at(today.with(nextOrSame(SUNDAY)), 1, 30), hours(2)));
  }

  private void decorate(EventDraft draft) {
    int kind = random.nextInt(100);
    if (kind < 8) {
      add(draft.tentative());
    } else if (kind < 16) {
      add(draft.answered("declined"));
    } else if (kind < 36) {
      add(draft.answered(kind < 28 ? "accepted" : "needsAction"));
    } else if (kind < 42) {
      add(draft.transparent());
    } else if (kind < 47) {
      calendars.delete(user.email(), "primary", add(draft));
    } else {
      add(draft);
    }
  }

  private void daysOff() {
    LocalDate trip = today.plusDays(20 + random.nextInt(30));
    add(EventDraft.allDay("Holiday trip", trip, 5 + random.nextInt(6)));
    add(EventDraft.allDay("Out of office", today.plusDays(12), 1).type("outOfOffice"));
    add(EventDraft.timed("Doctor", at(today.plusDays(6), 8, 0), hours(3)).type("outOfOffice"));
    add(EventDraft.allDay("Conference", today.minusDays(15), 3));
    add(EventDraft.allDay("Bins go out", first, 1).transparent().repeating(Recurrence.weekly()));
  }

  private void family() {
    String id =
        Opaque.derived("family|" + user.email()).substring(0, 26) + "@group.calendar.google.com";
    calendars.create(user.email(), id, "Family", user.zone());
    for (int week = 0; week * 7 < DAYS_BACK + DAYS_AHEAD; week++) {
      for (int i = 0; i < 1 + random.nextInt(3); i++) {
        LocalDate date = first.plusDays(week * 7L + random.nextInt(7));
        String title = ERRANDS.get(random.nextInt(ERRANDS.size()));
        add(id, EventDraft.timed(title, at(date, 16 + random.nextInt(5), 0), hours(1)));
      }
    }
  }

  private void holidays() {
    String id =
        "en."
            + user.zone().getId().toLowerCase(Locale.ROOT).replace('/', '.')
            + "#holiday@group.v.calendar.google.com";
    calendars.createGenerated(user.email(), id, "Holidays", user.zone());
    for (int i = 0; i < HOLIDAYS.size(); i++) {
      LocalDate date = first.plusDays(i * 26L + random.nextInt(20));
      add(id, EventDraft.allDay(HOLIDAYS.get(i), date, 1).transparent());
    }
  }

  /** A room that many people book: more events in a sync's window than fit one page. */
  private void frontDesk() {
    String id =
        Opaque.derived("desk|" + user.email()).substring(0, 26) + "@group.calendar.google.com";
    calendars.create(user.email(), id, "Front desk", user.zone());
    for (int day = -14; day < 120; day++) {
      for (int slot = 0; slot < 20; slot++) {
        ZonedDateTime start = at(today.plusDays(day), 8, 0).plusMinutes(30L * slot);
        String title = "Visitor: " + AddressNames.full(random);
        add(id, EventDraft.timed(title, start, Duration.ofMinutes(20)));
      }
    }
  }

  private String add(EventDraft draft) {
    return add("primary", draft);
  }

  private String add(String calendarId, EventDraft draft) {
    String id = Opaque.eventId(user.email() + "|" + calendarId + "|seed|" + ids++);
    return calendars.add(user.email(), calendarId, id, draft);
  }

  private ZonedDateTime at(LocalDate date, int hour, int minute) {
    return date.atTime(LocalTime.of(hour, minute)).atZone(user.zone());
  }

  private static Duration hours(int hours) {
    return Duration.ofHours(hours);
  }

  /** The first day from there on, but at least so many days away, that is not on a weekend. */
  private static LocalDate workday(LocalDate from, int days) {
    LocalDate date = from.plusDays(days);
    while (isWeekend(date)) {
      date = date.plusDays(1);
    }
    return date;
  }

  private static boolean isWeekend(LocalDate date) {
    return date.getDayOfWeek() == SATURDAY || date.getDayOfWeek() == SUNDAY;
  }
}
