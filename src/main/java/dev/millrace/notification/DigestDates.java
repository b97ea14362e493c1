package dev.millrace.notification;

import dev.millrace.job.SqlInstant;
import java.sql.Types;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** Keeps the date of each user's next digest. */
@Component
public class DigestDates {

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

  /** So often a zone that could not be read is looked at again. */
  static final Duration SET_ASIDE = Duration.ofDays(1);

  /** Whoever was set aside has a moment and no date. */
  private static final String WITHOUT_DATE =
      """
      (p.next_digest_at IS NULL OR (p.next_digest_date IS NULL AND p.next_digest_at <= :now))
      """;

  private static final String USERS_WITHOUT_DATE =
      """
      SELECT p.user_id
      FROM notification_preferences p JOIN users u ON u.id = p.user_id AND u.deleted_at IS NULL
      WHERE %s ORDER BY u.created_at, u.id LIMIT :most
      """
          .formatted(WITHOUT_DATE);

  private static final String STILL_WITHOUT_DATE =
      "SELECT 1 FROM notification_preferences p WHERE p.user_id = :user AND %s FOR UPDATE"
          .formatted(WITHOUT_DATE);

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
  private final TransactionTemplate transaction;
  private final UserZones zones;
  private final Clock clock;

  DigestDates(
      JdbcClient jdbc, PlatformTransactionManager transactions, UserZones zones, Clock clock) {
    this.jdbc = jdbc;
    this.transaction = new TransactionTemplate(transactions);
    this.zones = zones;
    this.clock = clock;
  }

  /**
   * Names the next date again, after the user's zone, day or time of the digest changed. Belongs
   * into the transaction of that change.
   */
  public void reschedule(UUID user) {
    try {
      next(user, clock.instant()).ifPresent(next -> write(user, next.date(), next.at()));
    } catch (DateTimeException unreadableZone) {
      setAside(user, unreadableZone);
    }
  }

  /** Every user gets digests: whoever has no date yet is given one, with the default times. */
  void scheduleNew() {
    jdbc.sql(PREFERENCES_FOR_ALL).param("most", MOST_NEW).update();
    OffsetDateTime now = SqlInstant.of(clock.instant());
    List<UUID> users =
        jdbc.sql(USERS_WITHOUT_DATE)
            .param("now", now)
            .param("most", MOST_NEW)
            .query(UUID.class)
            .list();
    for (UUID user : users) {
      transaction.executeWithoutResult(
          status -> {
            // whoever named a date meanwhile is not overruled
            boolean still =
                jdbc.sql(STILL_WITHOUT_DATE)
                    .param("user", user)
                    .param("now", now)
                    .query(Integer.class)
                    .optional()
                    .isPresent();
            if (still) {
              reschedule(user);
            }
          });
    }
  }

  /**
   * Leaves out a user whose zone cannot be read, for a day: it takes nobody's turn, and is told of
   * once a day.
   */
  void setAside(UUID user, DateTimeException unreadableZone) {
    zones.tell(user, unreadableZone);
    write(user, null, clock.instant().plus(SET_ASIDE));
  }

  private Optional<DigestSchedule.Occurrence> next(UUID user, Instant now) {
    return jdbc.sql(SCHEDULE)
        .param("user", user)
        .query(
            (rs, row) ->
                new DigestSchedule(
                        // the table counts from Sunday = 0
                        DayOfWeek.SUNDAY.plus(rs.getInt("digest_day")),
                        rs.getObject("digest_time", LocalTime.class),
                        ZoneId.of(rs.getString("time_zone")))
                    .next(
                        now,
                        rs.getObject("last_digest_date", LocalDate.class),
                        SqlInstant.read(rs, "last_digest_at")))
        .optional();
  }

  private void write(UUID user, LocalDate date, Instant at) {
    jdbc.sql(WRITE)
        .param("date", date, Types.DATE)
        .param("at", SqlInstant.of(at))
        .param("user", user)
        .update();
  }
}
