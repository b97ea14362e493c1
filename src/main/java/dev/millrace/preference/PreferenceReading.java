package dev.millrace.preference;

import dev.millrace.job.SqlInstant;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalTime;
import java.time.format.DateTimeFormatter;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Reads all that a user prefers, in the form in which it is told and cached. */
@Component
public class PreferenceReading {

  private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("HH:mm", Locale.ROOT);

  private static final String NOTIFICATIONS =
      """
      SELECT u.time_zone, p.user_id IS NOT NULL AS chosen, p.sms_enabled, p.email_enabled,
             p.digest_day, p.digest_time, p.quiet_start, p.quiet_end, p.email_quiet_hours,
             p.paused_until
      FROM users u LEFT JOIN notification_preferences p ON p.user_id = u.id
      WHERE u.id = :user
      """;

  private static final String RULES =
      """
      SELECT kind, day_of_week, start_time, end_time FROM availability_rules
      WHERE user_id = :user ORDER BY kind, day_of_week NULLS FIRST, start_time, id
      """;

  private final JdbcClient jdbc;
  private final Clock clock;

  PreferenceReading(JdbcClient jdbc, Clock clock) {
    this.jdbc = jdbc;
    this.clock = clock;
  }

  /**
   * {@code timezone}, {@code notifications} and {@code availability}, each as its address tells it.
   */
  public Map<String, Object> of(UUID user) {
    Map<String, Object> all =
        jdbc.sql(NOTIFICATIONS)
            .param("user", user)
            .query(
                (rs, row) -> {
                  NotificationPreferences read =
                      rs.getBoolean("chosen")
                          ? new NotificationPreferences(
                              rs.getBoolean("sms_enabled"),
                              rs.getBoolean("email_enabled"),
                              rs.getInt("digest_day"),
                              rs.getObject("digest_time", LocalTime.class),
                              new QuietTime(
                                  rs.getObject("quiet_start", LocalTime.class),
                                  rs.getObject("quiet_end", LocalTime.class)),
                              rs.getBoolean("email_quiet_hours"),
                              SqlInstant.read(rs, "paused_until"))
                          : NotificationPreferences.DEFAULTS;
                  Map<String, Object> told = new HashMap<>();
                  told.put("timezone", Map.of("timeZone", rs.getString("time_zone")));
                  told.put("notifications", told(read));
                  return told;
                })
            .single();
    all.put("availability", Map.of("rules", rules(user)));
    return all;
  }

  private List<Map<String, Object>> rules(UUID user) {
    return jdbc.sql(RULES)
        .param("user", user)
        .query(
            (rs, row) -> {
              Map<String, Object> rule = new HashMap<>();
              rule.put("kind", rs.getString("kind"));
              rule.put("day", rs.getObject("day_of_week", Integer.class));
              rule.put("start", TIME.format(rs.getObject("start_time", LocalTime.class)));
              rule.put("end", TIME.format(rs.getObject("end_time", LocalTime.class)));
              return rule;
            })
        .list();
  }

  private Map<String, Object> told(NotificationPreferences preferences) {
    Map<String, Object> told = new HashMap<>();
    told.put("smsEnabled", preferences.smsEnabled());
    told.put("emailEnabled", preferences.emailEnabled());
    told.put("digestDay", preferences.digestDay());
    told.put("digestTime", TIME.format(preferences.digestTime()));
    // what counts, so that it can be sent back as it is
    QuietTime quiet = preferences.quietHours().widened();
    told.put(
        "quietHours", Map.of("start", TIME.format(quiet.start()), "end", TIME.format(quiet.end())));
    told.put("emailQuietHours", preferences.emailQuietHours());
    Instant until = preferences.pausedUntil();
    told.put(
        "pausedUntil", until == null || !until.isAfter(clock.instant()) ? null : until.toString());
    return told;
  }
}
