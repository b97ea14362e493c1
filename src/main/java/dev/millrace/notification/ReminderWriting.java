package dev.millrace.notification;

import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.springframework.stereotype.Component;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** Writes one user's reminder: day, stage and messages together or not at all. */
@Component
class ReminderWriting {

  private static final Written NOTHING = new Written(null, List.of());

  private final DueReminders due;
  private final Recipients recipients;
  private final MessageDays days;
  private final ReminderWords words;
  private final NoticeMessages messages;
  private final Outbox outbox;
  private final TransactionTemplate transaction;

  ReminderWriting(
      DueReminders due,
      Recipients recipients,
      MessageDays days,
      ReminderWords words,
      NoticeMessages messages,
      Outbox outbox,
      PlatformTransactionManager transactions) {
    this.due = due;
    this.recipients = recipients;
    this.days = days;
    this.words = words;
    this.messages = messages;
    this.outbox = outbox;
    this.transaction = new TransactionTemplate(transactions);
  }

  /**
   * What was written.
   *
   * @param kind of the notice; null = nothing was to be said
   * @param messages none where the user has no channel, so that the notice stays in the app
   */
  record Written(String kind, List<UUID> messages) {}

  Written write(UUID user, Instant now) {
    return transaction.execute(
        status ->
            recipients
                .find(user)
                .filter(recipient -> !recipient.pausedAt(now))
                .filter(recipient -> ReminderHours.contain(now, recipient.zone()))
                .map(recipient -> write(recipient, now))
                .orElse(NOTHING));
  }

  private Written write(Recipient recipient, Instant now) {
    DueReminder reminder = due.mostUrgent(recipient.userId(), now).orElse(null);
    // without a channel nothing is written, which takes no day from what is written later
    boolean reachable = recipient.email() != null || recipient.phone() != null;
    if (reminder == null
        || (reachable && !days.take(recipient, Reminders.PURPOSE, now))
        || !due.advance(reminder, now)) {
      return NOTHING;
    }
    ReminderWords.Words said = words.of(reminder, recipient);
    List<Outbox.Queued> queued =
        messages.write(
            recipient,
            new Draft(
                Reminders.PURPOSE,
                "notice:%s:stage%d".formatted(reminder.noticeId(), reminder.nextStage()),
                said.title(),
                said.mail(),
                said.sms(),
                reminder.expiresAt(now)),
            List.of(reminder.noticeId()));
    if (reminder.item() != null) {
      // so that a reply of 1 means this one
      queued.forEach(message -> outbox.number(message.id(), List.of(reminder.item())));
    }
    return new Written(reminder.kind(), queued.stream().map(Outbox.Queued::id).toList());
  }
}
