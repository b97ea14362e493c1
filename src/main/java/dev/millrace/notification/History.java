package dev.millrace.notification;

import dev.millrace.job.SqlInstant;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** What was sent to a user and what the user answered, the latest first. */
@Component
public class History {

  /** What was put off stays so in the history, whatever became of the offer by itself. */
  private static final String ENTRIES =
      """
      SELECT * FROM (
        SELECT m.created_at AS at, m.id, 'message' AS type, m.channel::text AS channel, m.purpose,
               m.subject, m.to_address, m.state::text AS state, m.state_reason, m.sent_at,
               NULL AS names, CAST(NULL AS timestamptz) AS slot_start,
               CAST(NULL AS boolean) AS met
        FROM outbound_messages m WHERE m.user_id = :user
        UNION ALL
        SELECT s.answered_at, s.id, 'answer', NULL, NULL, NULL, NULL,
               CASE WHEN s.state = 'accepted' THEN 'accepted'
                    WHEN s.state = 'dismissed' AND s.dismiss_reason = 'user' THEN 'dismissed'
                    ELSE 'snoozed' END,
               NULL, NULL,
               (SELECT string_agg(c.name, ', ' ORDER BY c.name, c.id)
                FROM suggestion_contacts sc JOIN contacts c ON c.id = sc.contact_id
                WHERE sc.suggestion_id = s.id),
               s.slot_start, s.met
        FROM suggestions s WHERE s.user_id = :user AND s.answered_at IS NOT NULL) entries
      WHERE CAST(:at AS timestamptz) IS NULL OR (at, id) < (:at, :id)
      ORDER BY at DESC, id DESC LIMIT :most
      """;

  private final JdbcClient jdbc;

  History(JdbcClient jdbc) {
    this.jdbc = jdbc;
  }

  /** A place in the history: before the entry of this time and id. */
  public record Place(Instant at, UUID id) {}

  /**
   * An entry. Of a message or of an answer only their own fields are there, the others null.
   *
   * @param at when it was written or answered, in UTC
   * @param to the address, masked
   * @param state of a message, as it is stored, or the answer: accepted, dismissed, snoozed
   * @param words the state for people
   * @param met whether an accepted meeting took place, as the user said
   */
  public record Entry(
      String type,
      UUID id,
      String at,
      String channel,
      String purpose,
      String subject,
      String to,
      String state,
      String words,
      String sentAt,
      String names,
      String start,
      Boolean met) {

    /** Keeps names and texts out of logs. */
    @Override
    public String toString() {
      return "Entry[" + type + " " + id + "]";
    }
  }

  /**
   * Some of it.
   *
   * @param before null = from now on back
   */
  public List<Entry> of(UUID user, Place before, int most) {
    return jdbc.sql(ENTRIES)
        .param("user", user)
        .param("at", before == null ? null : SqlInstant.of(before.at()))
        .param("id", before == null ? null : before.id())
        .param("most", most)
        .query((rs, row) -> read(rs))
        .list();
  }

  private static Entry read(ResultSet rs) throws SQLException {
    String state = rs.getString("state");
    String reason = rs.getString("state_reason");
    String address = rs.getString("to_address");
    return new Entry(
        rs.getString("type"),
        rs.getObject("id", UUID.class),
        text(rs, "at"),
        rs.getString("channel"),
        rs.getString("purpose"),
        rs.getString("subject"),
        address == null ? null : masked(address),
        state,
        HistoryWords.of(state, reason),
        text(rs, "sent_at"),
        SpokenNames.of(rs.getString("names")),
        text(rs, "slot_start"),
        rs.getObject("met", Boolean.class));
  }

  private static String text(ResultSet rs, String column) throws SQLException {
    Instant moment = SqlInstant.read(rs, column);
    return moment == null ? null : DateTimeFormatter.ISO_INSTANT.format(moment);
  }

  /** Enough to know one's own address by, and too little to use it. */
  static String masked(String address) {
    int at = address.lastIndexOf('@');
    if (at > 0) {
      return address.charAt(0) + "***" + address.substring(at);
    }
    int shown = Math.max(0, address.length() - 2);
    return address.substring(0, Math.min(2, shown)) + "***" + address.substring(shown);
  }
}
