package dev.millrace.notification;

import dev.millrace.job.SqlInstant;
import dev.millrace.setting.PublicBaseUrl;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** What a user has to know, in words, whether or not a message about it was sent. */
@Component
public class OpenNotices {

  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("MMMM d, h:mm a", Locale.US);

  private static final String OPEN =
      """
      SELECT n.id, n.kind, n.opened_at, u.time_zone, g.integration, g.status_changed_at,
             g.refresh_expires_at, s.id AS suggestion, s.slot_start, s.trigger,
             (SELECT string_agg(c.name, ', ' ORDER BY c.name, c.id)
              FROM suggestion_contacts sc JOIN contacts c ON c.id = sc.contact_id
              WHERE sc.suggestion_id = s.id) AS names
      FROM notices n
      JOIN users u ON u.id = n.user_id
      LEFT JOIN google_connections g ON n.kind IN ('token_invalid', 'token_expiring_soon')
        AND g.user_id = n.user_id AND g.id::text = n.subject_key
      LEFT JOIN suggestions s ON n.kind IN ('suggestion_unanswered', 'suggestion_conflict')
        AND s.user_id = n.user_id AND s.id::text = n.subject_key
      WHERE n.user_id = :user AND n.resolved_at IS NULL
        AND (n.kind = 'group_mapping_review' OR g.id IS NOT NULL OR s.id IS NOT NULL)
      ORDER BY array_position(
        ARRAY['token_invalid', 'token_expiring_soon', 'suggestion_conflict',
              'suggestion_unanswered', 'group_mapping_review'], n.kind), n.opened_at, n.id
      """;

  private final JdbcClient jdbc;
  private final String base;

  OpenNotices(JdbcClient jdbc, @Value("${app.public-base-url}") PublicBaseUrl publicBaseUrl) {
    this.jdbc = jdbc;
    this.base = publicBaseUrl.text();
  }

  /**
   * A notice.
   *
   * @param text what is the matter, and what it means
   * @param link where the user can do something about it, once signed in
   * @param openedAt in UTC
   * @param suggestionId the suggestion that it is about; null = none
   */
  public record Notice(
      UUID id, String kind, String text, String link, String openedAt, UUID suggestionId) {

    /** Keeps names out of logs. */
    @Override
    public String toString() {
      return "Notice[" + id + "]";
    }
  }

  /** The user's, the gravest first. */
  public List<Notice> of(UUID user) {
    return jdbc.sql(OPEN).param("user", user).query((rs, row) -> read(rs)).list();
  }

  private Notice read(ResultSet rs) throws SQLException {
    String kind = rs.getString("kind");
    return new Notice(
        rs.getObject("id", UUID.class),
        kind,
        text(kind, rs),
        base + link(kind),
        DateTimeFormatter.ISO_INSTANT.format(SqlInstant.read(rs, "opened_at")),
        rs.getObject("suggestion", UUID.class));
  }

  private static String text(String kind, ResultSet rs) throws SQLException {
    ZoneId zone = ZoneId.of(rs.getString("time_zone"));
    String integration = rs.getString("integration");
    return switch (kind) {
      case "token_invalid" ->
          "%s is disconnected since %s. %s"
              .formatted(
                  TokenNotice.service(integration),
                  time(SqlInstant.read(rs, "status_changed_at"), zone),
                  TokenNotice.consequence(integration));
      case "token_expiring_soon" -> {
        Instant ends = SqlInstant.read(rs, "refresh_expires_at");
        yield "The connection to %s ends %s. Connect it again before."
            .formatted(
                TokenNotice.service(integration), ends == null ? "soon" : "on " + time(ends, zone));
      }
      case "suggestion_unanswered" ->
          "You have not answered yet: %s, %s."
              .formatted(
                  DigestItem.oneLine(rs.getString("names")),
                  time(SqlInstant.read(rs, "slot_start"), zone));
      case "suggestion_conflict" ->
          conflict(rs.getString("trigger"))
              .formatted(
                  DigestItem.oneLine(rs.getString("names")),
                  time(SqlInstant.read(rs, "slot_start"), zone));
      case "group_mapping_review" ->
          "Groups from Google wait for your decision: say which of your groups they belong to.";
      default -> throw new IllegalStateException("There are no words for notices of " + kind);
    };
  }

  /** Who meets at an event needs just that; for others, other events are in the way. */
  private static String conflict(String trigger) {
    return "shared_activity".equals(trigger)
        ? "The event at which you meet %s, %s, was moved or called off."
        : "Your calendar has something else when you meet %s, %s.";
  }

  private static String link(String kind) {
    return switch (kind) {
      case "token_invalid", "token_expiring_soon" -> "/settings/connections";
      case "group_mapping_review" -> "/settings/groups";
      default -> "/suggestions";
    };
  }

  private static String time(Instant moment, ZoneId zone) {
    return TIME.format(moment.atZone(zone));
  }
}
