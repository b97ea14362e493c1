package dev.millrace.job;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.time.Clock;
import java.time.OffsetDateTime;
import java.util.Map;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** What an operator must look at. The same matter raised again counts up instead of piling up. */
@Component
public class AdminAlerts {

  private final JdbcClient jdbc;
  private final ObjectMapper json;
  private final Clock clock;

  public AdminAlerts(JdbcClient jdbc, ObjectMapper json, Clock clock) {
    this.jdbc = jdbc;
    this.json = json;
    this.clock = clock;
  }

  /**
   * Opens an alert, or counts the open one up.
   *
   * @param kind what it is, e.g. {@code oauth_client_broken}
   * @param key what it is about; one alert is open for a key at a time
   * @param detail for the reader; no secret, no text of a user
   */
  public void raise(String kind, String key, Map<String, ?> detail) {
    OffsetDateTime now = SqlInstant.of(clock.instant());
    jdbc.sql(
            """
            INSERT INTO admin_alerts (kind, dedup_key, detail, first_at, last_at)
            VALUES (:kind, :key, :detail::jsonb, :now, :now)
            ON CONFLICT (dedup_key) WHERE closed_at IS NULL
            DO UPDATE SET count = admin_alerts.count + 1, last_at = :now, detail = EXCLUDED.detail""")
        .param("kind", kind)
        .param("key", key)
        .param("detail", text(detail))
        .param("now", now)
        .update();
  }

  /** Closes the open alert for a key, if there is one: the matter healed. */
  public void close(String key) {
    jdbc.sql(
            "UPDATE admin_alerts SET closed_at = :now WHERE dedup_key = :key AND closed_at IS NULL")
        .param("now", SqlInstant.of(clock.instant()))
        .param("key", key)
        .update();
  }

  /** Whether an alert is open for a key. */
  public boolean isOpen(String key) {
    return jdbc.sql(
            "SELECT EXISTS (SELECT 1 FROM admin_alerts WHERE dedup_key = :key AND closed_at IS NULL)")
        .param("key", key)
        .query(Boolean.class)
        .single();
  }

  private String text(Map<String, ?> detail) {
    try {
      return json.writeValueAsString(detail);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("detail of an alert is no JSON: " + e.getMessage(), e);
    }
  }
}
