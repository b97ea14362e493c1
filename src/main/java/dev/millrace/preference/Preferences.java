package dev.millrace.preference;

import dev.millrace.job.SqlInstant;
import dev.millrace.notification.DigestDates;
import java.sql.Types;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Stores what a user prefers, each part as a whole: of two who store at once, the later one's is
 * what counts. The date of the next digest changes in the same transaction.
 */
@Component
public class Preferences {

  /** More rules than a week of a busy person has. */
  public static final int MOST_RULES = 70;

  private static final String SAVE =
      """
      INSERT INTO notification_preferences (user_id, sms_enabled, email_enabled, digest_day,
                                            digest_time, quiet_start, quiet_end, email_quiet_hours,
                                            paused_until, updated_at)
      VALUES (:user, :sms, :email, :day, :time, :quietStart, :quietEnd, :emailQuiet, :paused,
              :now)
      ON CONFLICT (user_id) DO UPDATE
      SET sms_enabled = EXCLUDED.sms_enabled, email_enabled = EXCLUDED.email_enabled,
          digest_day = EXCLUDED.digest_day, digest_time = EXCLUDED.digest_time,
          quiet_start = EXCLUDED.quiet_start, quiet_end = EXCLUDED.quiet_end,
          email_quiet_hours = EXCLUDED.email_quiet_hours,
          paused_until = EXCLUDED.paused_until, updated_at = EXCLUDED.updated_at
      """;

  /** Changes nothing of one who has preferences; holds the row all the same. */
  private static final String KEEP =
      """
      INSERT INTO notification_preferences (user_id) VALUES (:user)
      ON CONFLICT (user_id) DO UPDATE SET updated_at = notification_preferences.updated_at
      """;

  private static final String ADD_RULE =
      """
      INSERT INTO availability_rules (user_id, kind, day_of_week, start_time, end_time)
      VALUES (:user, :kind, :day, :start, :end)
      """;

  private final JdbcClient jdbc;
  private final DigestDates digestDates;
  private final TransactionTemplate transaction;
  private final Clock clock;

  Preferences(
      JdbcClient jdbc,
      DigestDates digestDates,
      PlatformTransactionManager transactions,
      Clock clock) {
    this.jdbc = jdbc;
    this.digestDates = digestDates;
    this.transaction = new TransactionTemplate(transactions);
    this.clock = clock;
  }

  /** Stores how the user is reached. */
  public void save(UUID user, NotificationPreferences preferences) {
    transaction.executeWithoutResult(
        status -> {
          boolean sameDigest = sameDigest(user, preferences);
          jdbc.sql(SAVE)
              .param("user", user)
              .param("sms", preferences.smsEnabled())
              .param("email", preferences.emailEnabled())
              .param("day", preferences.digestDay())
              .param("time", preferences.digestTime())
              .param("quietStart", preferences.quietHours().start())
              .param("quietEnd", preferences.quietHours().end())
              .param("emailQuiet", preferences.emailQuietHours())
              .param("paused", pausedUntil(preferences), Types.TIMESTAMP_WITH_TIMEZONE)
              .param("now", SqlInstant.of(clock.instant()))
              .update();
          // one that is due this minute is not put off by a change of something else
          if (!sameDigest) {
            digestDates.reschedule(user);
          }
        });
  }

  /** Stores where the user is; false where that is what was known. */
  public boolean save(UUID user, ZoneId zone) {
    return transaction.execute(
        status -> {
          // the digest's row first, as the job that composes it does
          jdbc.sql(KEEP).param("user", user).update();
          boolean moved =
              jdbc.sql("UPDATE users SET time_zone = :zone WHERE id = :user AND time_zone <> :zone")
                      .param("zone", zone.getId())
                      .param("user", user)
                      .update()
                  > 0;
          // one that is due this minute is not put off by who says again where they are
          if (moved || !hasDigest(user)) {
            digestDates.reschedule(user);
          }
          return moved;
        });
  }

  /** Stores the times of the user's week, in place of those before. */
  public void save(UUID user, List<AvailabilityRule> rules) {
    transaction.executeWithoutResult(
        status -> {
          // two who replace at once would otherwise leave both lists
          jdbc.sql("SELECT id FROM users WHERE id = :user FOR UPDATE")
              .param("user", user)
              .query(UUID.class)
              .single();
          jdbc.sql("DELETE FROM availability_rules WHERE user_id = :user")
              .param("user", user)
              .update();
          for (AvailabilityRule rule : rules) {
            jdbc.sql(ADD_RULE)
                .param("user", user)
                .param("kind", rule.kind().name().toLowerCase(Locale.ROOT))
                .param("day", rule.day(), Types.SMALLINT)
                .param("start", rule.start())
                .param("end", rule.end())
                .update();
          }
        });
  }

  private boolean hasDigest(UUID user) {
    return jdbc.sql(
            "SELECT next_digest_date IS NOT NULL FROM notification_preferences WHERE user_id = :user")
        .param("user", user)
        .query(Boolean.class)
        .single();
  }

  private boolean sameDigest(UUID user, NotificationPreferences preferences) {
    return jdbc.sql(
            """
            SELECT digest_day = :day AND digest_time = :time AND next_digest_date IS NOT NULL
            FROM notification_preferences WHERE user_id = :user FOR UPDATE
            """)
        .param("user", user)
        .param("day", preferences.digestDay())
        .param("time", preferences.digestTime())
        .query(Boolean.class)
        .optional()
        .orElse(false);
  }

  private Object pausedUntil(NotificationPreferences preferences) {
    Instant until = preferences.pausedUntil();
    return until == null || !until.isAfter(clock.instant()) ? null : SqlInstant.of(until);
  }
}
