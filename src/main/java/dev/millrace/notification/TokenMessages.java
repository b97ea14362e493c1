package dev.millrace.notification;

import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.springframework.stereotype.Component;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Writes the first message about dead and dying grants: one for all of a user's, one a local day.
 * The timer {@code token.notice.delay} says how long after its grant's death a user is told.
 */
@Component
class TokenMessages {

  /** After a week the repeated reminder says it again. */
  static final Duration LIFE = Duration.ofDays(7);

  static final String PURPOSE = "token_notice";

  private final TokenNotices notices;
  private final Recipients recipients;
  private final MessageDays days;
  private final NoticeMessages messages;
  private final MailTemplates templates;
  private final TransactionTemplate transaction;
  private final MeterRegistry meters;
  private final Clock clock;
  private final String link;

  TokenMessages(
      TokenNotices notices,
      Recipients recipients,
      MessageDays days,
      NoticeMessages messages,
      MailTemplates templates,
      PlatformTransactionManager transactions,
      MeterRegistry meters,
      Clock clock,
      PageLinks pages) {
    this.notices = notices;
    this.recipients = recipients;
    this.days = days;
    this.messages = messages;
    this.templates = templates;
    this.transaction = new TransactionTemplate(transactions);
    this.meters = meters;
    this.clock = clock;
    this.link = pages.connections();
  }

  /** Message and stage change together; a notice that waits keeps its stage for a later run. */
  List<UUID> tell(UUID user) {
    return recipients.find(user).map(this::tell).orElse(List.of());
  }

  private List<UUID> tell(Recipient recipient) {
    Instant now = clock.instant();
    if (recipient.pausedAt(now)) {
      return List.of();
    }
    Told told = transaction.execute(status -> write(recipient, now));
    if (!told.messages().isEmpty()) {
      told.notices().stream()
          .filter(TokenNotice::dead)
          .map(notice -> Duration.between(notice.since(), now))
          .forEach(delay -> meters.timer("token.notice.delay").record(delay));
    }
    return told.messages();
  }

  private Told write(Recipient recipient, Instant now) {
    List<TokenNotice> untold = notices.untold(recipient.userId());
    // without a channel it stays in the app, and takes no day from one that has
    boolean reachable = recipient.email() != null || recipient.phone() != null;
    if (untold.isEmpty() || (reachable && !days.take(recipient, PURPOSE, now))) {
      return new Told(List.of(), List.of());
    }
    notices.markTold(untold);
    List<UUID> ids = untold.stream().map(TokenNotice::noticeId).toList();
    return new Told(
        untold,
        messages.write(recipient, draft(recipient, untold, now), ids).stream()
            .map(Outbox.Queued::id)
            .toList());
  }

  private record Told(List<TokenNotice> notices, List<UUID> messages) {}

  private Draft draft(Recipient recipient, List<TokenNotice> untold, Instant now) {
    // of a death or an end: what dies again later has another
    long first =
        untold.stream().mapToLong(notice -> notice.since().getEpochSecond()).min().orElseThrow();
    return new Draft(
        PURPOSE,
        "token:%s:%d:first".formatted(recipient.userId(), first),
        TokenNotice.subject(untold),
        templates.mail("token-notice", TokenNotice.model(untold, recipient.zone(), link)),
        TokenNotice.sms(untold, recipient.zone(), link),
        now.plus(LIFE));
  }
}
