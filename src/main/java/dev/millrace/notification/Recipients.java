package dev.millrace.notification;

import dev.millrace.job.SqlInstant;
import java.time.ZoneId;
import java.util.Optional;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * Reads where and when a user may be reached. Without saved preferences the table's defaults count.
 */
@Component
class Recipients {

  private static final String RECIPIENT =
      """
      SELECT u.id, u.time_zone,
             CASE WHEN coalesce(p.email_enabled, true) THEN u.email END AS email,
             CASE WHEN coalesce(p.sms_enabled, true) AND f.verified_at IS NOT NULL
                       AND f.opted_out_at IS NULL AND f.unusable_code IS NULL THEN f.e164 END AS phone,
             p.quiet_start,
             p.quiet_end,
             p.paused_until
      FROM users u
      LEFT JOIN notification_preferences p ON p.user_id = u.id
      LEFT JOIN user_phones f ON f.user_id = u.id
      WHERE u.id = :user AND u.deleted_at IS NULL
      """;

  private final JdbcClient jdbc;

  Recipients(JdbcClient jdbc) {
    this.jdbc = jdbc;
  }

  /** Empty for a user who does not exist (any more). */
  Optional<Recipient> find(UUID userId) {
    return jdbc.sql(RECIPIENT)
        .param("user", userId)
        .query(
            (rs, row) ->
                new Recipient(
                    rs.getObject("id", UUID.class),
                    ZoneId.of(rs.getString("time_zone")),
                    rs.getString("email"),
                    rs.getString("phone"),
                    QuietHours.read(rs),
                    SqlInstant.read(rs, "paused_until")))
        .optional();
  }
}
