package dev.millrace.notification;

import dev.millrace.job.SqlInstant;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** Tells users at once of what is over before their next digest. */
@Component
public class RealtimeMessages {

  /** What begins sooner cannot be arranged any more. */
  static final Duration LEAD = Duration.ofHours(1);

  private static final String SUGGESTION =
      """
      SELECT s.user_id, s.id, string_agg(c.name, ', ' ORDER BY c.name) AS names,
             s.reasoning, s.slot_start, s.slot_end
      FROM suggestions s
      JOIN suggestion_contacts sc ON sc.suggestion_id = s.id
      JOIN contacts c ON c.id = sc.contact_id
      WHERE s.id = :id AND s.state = 'pending' AND s.slot_start > :earliest
      GROUP BY s.id
      HAVING bool_and(c.archived_at IS NULL)
      """;

  private final JdbcClient jdbc;
  private final Recipients recipients;
  private final Outbox outbox;
  private final DigestWords words;
  private final TransactionTemplate transaction;
  private final Clock clock;

  RealtimeMessages(
      JdbcClient jdbc,
      Recipients recipients,
      Outbox outbox,
      DigestWords words,
      PlatformTransactionManager transactions,
      Clock clock) {
    this.jdbc = jdbc;
    this.recipients = recipients;
    this.outbox = outbox;
    this.words = words;
    this.transaction = new TransactionTemplate(transactions);
    this.clock = clock;
  }

  private record Due(UUID user, DigestItem item) {}

  /**
   * Writes a message for each suggestion that is still open, begins in more than an hour and was
   * not written about before.
   *
   * @return payloads of batch-notifications for the messages; empty for none
   */
  public List<Map<String, Object>> write(List<UUID> suggestions) {
    List<UUID> messages = new ArrayList<>();
    for (UUID suggestion : suggestions) {
      messages.addAll(transaction.execute(status -> write(suggestion)));
    }
    return Deliveries.of(messages);
  }

  private List<UUID> write(UUID suggestion) {
    Instant now = clock.instant();
    Optional<Due> due =
        jdbc.sql(SUGGESTION)
            .param("id", suggestion)
            .param("earliest", SqlInstant.of(now.plus(LEAD)))
            .query((rs, row) -> new Due(rs.getObject("user_id", UUID.class), DigestItem.read(rs)))
            .optional();
    if (due.isEmpty()) {
      return List.of();
    }
    Optional<Recipient> recipient = recipients.find(due.get().user());
    if (recipient.isEmpty() || recipient.get().pausedAt(now)) {
      return List.of();
    }
    List<DigestItem> item = List.of(due.get().item());
    Draft draft =
        new Draft(
            "realtime",
            "realtime:" + suggestion,
            words.realtimeSubject(item.getFirst()),
            words.realtime(recipient.get(), item.getFirst()),
            words.realtimeSms(item.getFirst(), recipient.get().zone()),
            item.getFirst().start().minus(LEAD));
    List<Outbox.Queued> queued = outbox.queue(recipient.get(), draft);
    queued.forEach(message -> outbox.number(message.id(), item));
    return queued.stream().map(Outbox.Queued::id).toList();
  }
}
