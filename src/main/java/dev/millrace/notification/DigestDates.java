package dev.millrace.notification;

import dev.millrace.job.SqlInstant;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.DayOfWeek;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.List;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Keeps the date of each user's next digest. */
@Component
public class DigestDates {

  private static final Logger LOG = LoggerFactory.getLogger(DigestDates.class);

  /** New users a minute; the others have their turn in the next. */
  static final int MOST_NEW = 500;

  private static final String PREFERENCES_FOR_ALL =
      """
      INSERT INTO notification_preferences (user_id)
      SELECT u.id FROM users u
      WHERE u.deleted_at IS NULL
        AND NOT EXISTS (SELECT 1 FROM notification_preferences p WHERE p.user_id = u.id)
      ORDER BY u.created_at LIMIT :most
      ON CONFLICT (user_id) DO NOTHING
      """;

  private static final String WITHOUT_DATE =
      """
      SELECT p.user_id
      FROM notification_preferences p JOIN users u ON u.id = p.user_id AND u.deleted_at IS NULL
      WHERE p.next_digest_date IS NULL OR p.next_digest_at IS NULL
      LIMIT :most
      """;

  private static final String SCHEDULE =
      """
      SELECT p.digest_day, p.digest_time, p.last_digest_date, p.last_digest_at, u.time_zone
      FROM notification_preferences p JOIN users u ON u.id = p.user_id
      WHERE p.user_id = :user FOR UPDATE OF p
      """;

  private static final String WRITE =
      """
      UPDATE notification_preferences SET next_digest_date = :date, next_digest_at = :at
      WHERE user_id = :user
      """;

  private final JdbcClient jdbc;
  private final Clock clock;

  DigestDates(JdbcClient jdbc, Clock clock) {
    this.jdbc = jdbc;
    this.clock = clock;
  }

  private record Next(UUID user, DigestSchedule.Occurrence occurrence) {}

  /**
   * Names the next date again, after the user's zone, day or time of the digest changed. Belongs
   * into the transaction of that change.
   */
  public void reschedule(UUID user) {
    Instant now = clock.instant();
    jdbc.sql(SCHEDULE)
        .param("user", user)
        .query(
            (rs, row) ->
                new Next(
                    user,
                    new DigestSchedule(
                            // the table counts from Sunday = 0
                            DayOfWeek.SUNDAY.plus(rs.getInt("digest_day")),
                            rs.getObject("digest_time", LocalTime.class),
                            ZoneId.of(rs.getString("time_zone")))
                        .next(
                            now,
                            rs.getObject("last_digest_date", LocalDate.class),
                            SqlInstant.read(rs, "last_digest_at"))))
        .optional()
        .ifPresent(this::write);
  }

  /** Every user gets digests: whoever has no date yet is given one, with the default times. */
  void scheduleNew() {
    jdbc.sql(PREFERENCES_FOR_ALL).param("most", MOST_NEW).update();
    List<UUID> users = jdbc.sql(WITHOUT_DATE).param("most", MOST_NEW).query(UUID.class).list();
    for (UUID user : users) {
      try {
        reschedule(user);
      } catch (DateTimeException unknownZone) {
        // one user's unreadable zone must not keep the others from their digests
        LOG.warn("User {} gets no digest: {}", user, unknownZone.getMessage());
      }
    }
  }

  private void write(Next next) {
    jdbc.sql(WRITE)
        .param("date", next.occurrence().date())
        .param("at", SqlInstant.of(next.occurrence().at()))
        .param("user", next.user())
        .update();
  }
}
