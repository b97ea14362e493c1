package dev.millrace.notification;

import dev.millrace.job.SqlInstant;
import java.time.Clock;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * Sends as an e-mail what cannot be sent as a text message, where the user has e-mail on. The
 * e-mail has the key that the message's own would have: who got it by e-mail anyway gets it once.
 */
@Component
class EmailInstead {

  private static final String REFUSED =
      """
      SELECT m.user_id, m.purpose, m.subject, m.body FROM outbound_messages m
      WHERE m.id = :id AND m.channel = 'sms' AND m.purpose <> 'verification'
      """;

  private static final String INSERT =
      """
      INSERT INTO outbound_messages (user_id, channel, purpose, dedup_key, to_address, subject, body,
                                     body_html, not_before, expires_at, created_at)
      SELECT m.user_id, 'email', m.purpose, regexp_replace(m.dedup_key, ':sms$', '') || ':email',
             u.email, :subject, :text, :html, :now, m.expires_at, :now
      FROM outbound_messages m
      JOIN users u ON u.id = m.user_id AND u.deleted_at IS NULL
      LEFT JOIN notification_preferences p ON p.user_id = m.user_id
      WHERE m.id = :id AND coalesce(p.email_enabled, true)
      ON CONFLICT (dedup_key) DO NOTHING
      RETURNING id
      """;

  private static final String ITEMS =
      """
      INSERT INTO digest_items (message_id, position, suggestion_id)
      SELECT :email, position, suggestion_id FROM digest_items WHERE message_id = :sms
      """;

  /** So that the e-mail is withdrawn as its text would have been. */
  private static final String NOTICES =
      """
      INSERT INTO notice_messages (notice_id, message_id)
      SELECT notice_id, :email FROM notice_messages WHERE message_id = :sms
      """;

  private final JdbcClient jdbc;
  private final MailTemplates templates;
  private final UnsubscribeLinks unsubscribe;
  private final Clock clock;
  private final String home;

  EmailInstead(
      JdbcClient jdbc,
      MailTemplates templates,
      UnsubscribeLinks unsubscribe,
      Clock clock,
      PageLinks pages) {
    this.jdbc = jdbc;
    this.templates = templates;
    this.unsubscribe = unsubscribe;
    this.clock = clock;
    this.home = pages.home();
  }

  private record Refused(UUID user, String purpose, String subject, String body) {}

  /**
   * The minute's tick has it delivered. Does nothing for a code that verifies a number; to be
   * called in the transaction that ends the text.
   */
  void of(UUID sms) {
    jdbc.sql(REFUSED)
        .param("id", sms)
        .query(
            (rs, row) ->
                new Refused(
                    rs.getObject("user_id", UUID.class),
                    rs.getString("purpose"),
                    rs.getString("subject"),
                    rs.getString("body")))
        .optional()
        .ifPresent(refused -> write(sms, refused));
  }

  private void write(UUID sms, Refused refused) {
    String subject = refused.subject() == null ? "A message from Millrace" : refused.subject();
    Map<String, Object> model = new HashMap<>();
    model.put("title", subject);
    model.put("paragraphs", List.of(SmsWords.withoutReplies(refused.body())));
    model.put("link", home);
    model.put("linkText", "Open Millrace");
    if (UnsubscribeLinks.belongIn(refused.purpose())) {
      model.put("unsubscribe", unsubscribe.of(refused.user()));
    }
    Mail mail = templates.mail("reminder", model);
    jdbc.sql(INSERT)
        .param("subject", subject)
        .param("text", mail.text())
        .param("html", mail.html())
        .param("now", SqlInstant.of(clock.instant()))
        .param("id", sms)
        .query(UUID.class)
        .optional()
        .ifPresent(
            email -> {
              jdbc.sql(ITEMS).param("email", email).param("sms", sms).update();
              jdbc.sql(NOTICES).param("email", email).param("sms", sms).update();
            });
  }
}
