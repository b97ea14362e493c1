package dev.millrace.suggestion;

import dev.millrace.job.PermanentException;
import dev.millrace.job.SqlInstant;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.DayOfWeek;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import org.springframework.jdbc.core.RowMapper;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Reads what decides on a user's free time: zone, rules, busy events, slots already promised. */
@Component
class FreeTimes {

  private static final String BUSY =
      """
      SELECT e.start_at, e.end_at, e.google_event_id, e.summary
      FROM calendar_events e JOIN calendars c ON c.id = e.calendar_id
      WHERE e.user_id = :user AND e.busy AND c.selected AND c.removed_at IS NULL
        AND e.start_at < :until AND e.end_at > :from
      """;

  private static final String PROMISED =
      """
      SELECT id, state = 'accepted' AS accepted, trigger = 'timebound' AS timebound,
             slot_start AS start_at, slot_end AS end_at
      FROM suggestions
      WHERE user_id = :user AND slot_start < :until AND slot_end > :from
        AND state IN ('pending', 'accepted')
      """;

  private static final String RULES =
      "SELECT kind, day_of_week, start_time, end_time FROM availability_rules WHERE user_id = :user";

  private final JdbcClient jdbc;

  FreeTimes(JdbcClient jdbc) {
    this.jdbc = jdbc;
  }

  /**
   * Everything that touches the time from {@code from} to {@code until}.
   *
   * @throws PermanentException if there is no such user
   */
  Timetable read(UUID userId, Instant from, Instant until) {
    return new Timetable(
        zone(userId),
        rules(userId),
        rows(
            BUSY,
            userId,
            from,
            until,
            (rs, row) ->
                new BusyTime(span(rs), rs.getString("google_event_id"), rs.getString("summary"))),
        rows(
            PROMISED,
            userId,
            from,
            until,
            (rs, row) ->
                new Promise(
                    rs.getObject("id", UUID.class),
                    rs.getBoolean("accepted"),
                    rs.getBoolean("timebound"),
                    span(rs))));
  }

  /** What is left beside busy events and everything offered or agreed. */
  FreeTime besidePromises(UUID userId, Instant from, Instant until) {
    return read(userId, from, until).besidePromises();
  }

  /** What is left beside busy events and accepted meetings: the measure of an open offer. */
  FreeTime besideEvents(UUID userId, Instant from, Instant until) {
    return read(userId, from, until).besideEvents();
  }

  private ZoneId zone(UUID userId) {
    return ZoneId.of(
        jdbc.sql("SELECT time_zone FROM users WHERE id = :user")
            .param("user", userId)
            .query(String.class)
            .optional()
            .orElseThrow(() -> unknown(userId)));
  }

  static PermanentException unknown(UUID userId) {
    return new PermanentException("User " + userId + " does not exist (any more).");
  }

  private List<AvailabilityRule> rules(UUID userId) {
    return jdbc.sql(RULES)
        .param("user", userId)
        .query(
            (rs, row) -> {
              Integer day = rs.getObject("day_of_week", Integer.class);
              return new AvailabilityRule(
                  AvailabilityRule.Kind.valueOf(rs.getString("kind").toUpperCase(Locale.ROOT)),
                  // the table counts from Sunday = 0
                  day == null ? null : DayOfWeek.SUNDAY.plus(day),
                  rs.getObject("start_time", LocalTime.class),
                  rs.getObject("end_time", LocalTime.class));
            })
        .list();
  }

  private <T> List<T> rows(
      String sql, UUID userId, Instant from, Instant until, RowMapper<T> mapper) {
    return jdbc.sql(sql)
        .param("user", userId)
        .param("from", SqlInstant.of(from))
        .param("until", SqlInstant.of(until))
        .query(mapper)
        .list();
  }

  private static TimeSpan span(ResultSet rs) throws SQLException {
    return new TimeSpan(SqlInstant.read(rs, "start_at"), SqlInstant.read(rs, "end_at"));
  }
}
