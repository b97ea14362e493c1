package dev.millrace.sms;

import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Reads what the numbers in replies stand for. */
@Component
class SentLists {

  /** What is in doubt may have arrived; what failed has not. */
  private static final String LATEST =
      """
      SELECT m.id FROM outbound_messages m
      WHERE m.user_id = :user AND m.channel = 'sms' AND m.to_address = :number
        AND m.state IN ('sending', 'sent', 'delivered', 'unknown')
        AND EXISTS (SELECT 1 FROM digest_items i WHERE i.message_id = m.id)
      ORDER BY coalesce(m.sent_at, m.claimed_at, m.created_at) DESC, m.id LIMIT 1
      """;

  private static final String ITEMS =
      "SELECT position, suggestion_id FROM digest_items WHERE message_id = :message";

  /** Of each number the latest, and none that was about an earlier message. */
  private static final String OFFERED =
      """
      SELECT DISTINCT ON (position) position, offered_id FROM sms_inbound
      WHERE user_id = :user AND list_id = :message AND offered_id IS NOT NULL
      ORDER BY position, received_at DESC
      """;

  private final JdbcClient jdbc;

  SentLists(JdbcClient jdbc) {
    this.jdbc = jdbc;
  }

  /** The list at a number; empty where none was sent there. */
  SentList latest(UUID user, String number) {
    return jdbc.sql(LATEST)
        .param("user", user)
        .param("number", number)
        .query((rs, row) -> rs.getObject("id", UUID.class))
        .optional()
        .map(message -> list(user, message))
        .orElse(new SentList(null, Map.of(), Map.of()));
  }

  private SentList list(UUID user, UUID message) {
    Map<Integer, UUID> suggestions = new HashMap<>();
    jdbc.sql(ITEMS)
        .param("message", message)
        .query(
            rs -> {
              suggestions.put(rs.getInt("position"), rs.getObject("suggestion_id", UUID.class));
            });
    Map<Integer, UUID> offered = new HashMap<>();
    jdbc.sql(OFFERED)
        .param("user", user)
        .param("message", message)
        .query(
            rs -> {
              offered.put(rs.getInt("position"), rs.getObject("offered_id", UUID.class));
            });
    return new SentList(message, suggestions, offered);
  }
}
