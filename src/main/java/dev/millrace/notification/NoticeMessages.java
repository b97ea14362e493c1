package dev.millrace.notification;

import java.util.List;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Messages about notices, and which is about what: {@link SettledNotices} withdraws by that. */
@Component
class NoticeMessages {

  private final Outbox outbox;
  private final JdbcClient jdbc;

  NoticeMessages(Outbox outbox, JdbcClient jdbc) {
    this.outbox = outbox;
    this.jdbc = jdbc;
  }

  /** Writes the message for each open channel; none for what was written before. */
  List<Outbox.Queued> write(Recipient recipient, Draft draft, List<UUID> notices) {
    List<Outbox.Queued> queued = outbox.queue(recipient, draft);
    for (Outbox.Queued message : queued) {
      jdbc.sql(
              """
              INSERT INTO notice_messages (notice_id, message_id)
              SELECT id, :message FROM notices WHERE id IN (:notices)
              """)
          .param("message", message.id())
          .param("notices", notices)
          .update();
    }
    return queued;
  }
}
