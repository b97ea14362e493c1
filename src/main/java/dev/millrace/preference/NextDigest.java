package dev.millrace.preference;

import dev.millrace.job.SqlInstant;
import dev.millrace.notification.DigestSchedule;
import java.time.Clock;
import java.time.DayOfWeek;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * Reckons anew when a user's next digest is due, after its day, its time or the zone changed. No
 * local date has two: not the date, in the new zone, on which the last one was written, nor the one
 * that it was meant for.
 */
@Component
class NextDigest {

  private static final String SCHEDULE =
      """
      SELECT p.digest_day, p.digest_time, u.time_zone
      FROM notification_preferences p JOIN users u ON u.id = p.user_id
      WHERE p.user_id = :user
      """;

  private static final String LAST =
      """
      SELECT max(created_at) AS written, max(substring(dedup_key from '\\d{4}-\\d{2}-\\d{2}')) AS occurrence
      FROM outbound_messages WHERE user_id = :user AND purpose = 'digest'
      """;

  private static final String NEXT =
      """
      UPDATE notification_preferences SET next_digest_date = :date, next_digest_at = :at
      WHERE user_id = :user
      """;

  private final JdbcClient jdbc;
  private final Clock clock;

  NextDigest(JdbcClient jdbc, Clock clock) {
    this.jdbc = jdbc;
    this.clock = clock;
  }

  /** Within the transaction that changed the row of preferences, and so holds it. */
  void reckon(UUID user) {
    DigestSchedule schedule =
        jdbc.sql(SCHEDULE)
            .param("user", user)
            .query(
                (rs, row) ->
                    new DigestSchedule(
                        // the table counts from Sunday = 0
                        DayOfWeek.SUNDAY.plus(rs.getInt("digest_day")),
                        rs.getObject("digest_time", LocalTime.class),
                        ZoneId.of(rs.getString("time_zone"))))
            .single();
    Instant now = clock.instant();
    LocalDate taken = LocalDate.ofInstant(now, schedule.zone()).minusDays(1);
    LocalDate last = last(user, schedule.zone());
    LocalDate date = schedule.dateAfter(last != null && last.isAfter(taken) ? last : taken);
    if (!schedule.at(date).isAfter(now)) {
      date = schedule.dateAfter(date);
    }
    jdbc.sql(NEXT)
        .param("date", date)
        .param("at", SqlInstant.of(schedule.at(date)))
        .param("user", user)
        .update();
  }

  /** The last local date that has had a digest; null before the first. */
  private LocalDate last(UUID user, ZoneId zone) {
    return jdbc.sql(LAST)
        .param("user", user)
        .query(
            (rs, row) -> {
              Instant written = SqlInstant.read(rs, "written");
              if (written == null) {
                return null;
              }
              LocalDate day = LocalDate.ofInstant(written, zone);
              String occurrence = rs.getString("occurrence");
              LocalDate meant = occurrence == null ? day : LocalDate.parse(occurrence);
              return meant.isAfter(day) ? meant : day;
            })
        .single();
  }
}
