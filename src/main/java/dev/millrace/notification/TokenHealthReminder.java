package dev.millrace.notification;

import dev.millrace.job.Batches;
import dev.millrace.job.JobFields;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.stereotype.Component;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Owns the "please reconnect" notice: opens it, sends its first message and closes it. Repeated
 * reminders are another job's; the stage of the notice (0 here, 1 and more there) keeps the two
 * apart.
 */
@Component
public class TokenHealthReminder {

  /** After a week the repeated reminder says it again. */
  static final Duration MESSAGE_LIFE = Duration.ofDays(7);

  private final TokenNotices notices;
  private final Recipients recipients;
  private final Outbox outbox;
  private final TransactionTemplate transaction;
  private final Clock clock;
  private final String link;

  TokenHealthReminder(
      TokenNotices notices,
      Recipients recipients,
      Outbox outbox,
      PlatformTransactionManager transactions,
      Clock clock,
      @Value("${app.public-base-url}") String publicBaseUrl) {
    this.notices = notices;
    this.recipients = recipients;
    this.outbox = outbox;
    this.transaction = new TransactionTemplate(transactions);
    this.clock = clock;
    this.link = publicBaseUrl + "/settings/connections";
  }

  /** Whether a check would open, close or tell anything. */
  public boolean due() {
    return notices.due();
  }

  /**
   * What changed.
   *
   * @param deliveries payloads of batch-notifications for the messages that were written
   */
  public record Checked(Map<String, Integer> result, List<List<Map<String, Object>>> deliveries) {}

  /**
   * Compares notices with grants.
   *
   * @param payload {@code connectionId} for one connection; without it all are checked
   */
  public Checked check(Map<String, Object> payload) {
    UUID connection = JobFields.uuid(payload, "connectionId").orElse(null);
    int opened = notices.open(connection);
    int resolved = notices.resolve(connection);
    List<UUID> messages = new ArrayList<>();
    for (UUID user : notices.usersToTell(connection)) {
      messages.addAll(transaction.execute(status -> tell(user)));
    }
    return new Checked(
        Map.of("opened", opened, "resolved", resolved, "messages", messages.size()),
        Batches.of(Deliveries.of(messages)));
  }

  /** Message and stage change together; a notice that waits keeps its stage for a later run. */
  private List<UUID> tell(UUID user) {
    Optional<Recipient> found = recipients.find(user);
    if (found.isEmpty()) {
      return List.of();
    }
    Recipient recipient = found.get();
    Instant now = clock.instant();
    LocalDate today = LocalDate.ofInstant(now, recipient.zone());
    if (recipient.pausedAt(now) || outbox.wroteOn(today, recipient, "token_notice")) {
      return List.of();
    }
    List<TokenNotice> untold = notices.untold(user);
    if (untold.isEmpty()) {
      return List.of();
    }
    notices.markTold(untold);
    return outbox.queue(recipient, draft(recipient, untold, now)).stream()
        .map(Outbox.Queued::id)
        .toList();
  }

  private Draft draft(Recipient recipient, List<TokenNotice> untold, Instant now) {
    long firstChange =
        untold.stream()
            .mapToLong(notice -> notice.changedAt().getEpochSecond())
            .min()
            .orElseThrow();
    return new Draft(
        "token_notice",
        "token:%s:%d:first".formatted(recipient.userId(), firstChange),
        TokenNotice.subject(untold),
        TokenNotice.email(untold, recipient.zone(), link),
        null,
        TokenNotice.sms(untold, link),
        now.plus(MESSAGE_LIFE));
  }
}
