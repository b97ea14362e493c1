package dev.millrace.notification;

import dev.millrace.job.JobFields;
import dev.millrace.job.PermanentException;
import dev.millrace.job.SkippedException;
import dev.millrace.job.SqlInstant;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.format.DateTimeParseException;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Writes a user's weekly digest. Messages, their numbered items and the date of the next digest are
 * one transaction, so a digest is written once or not at all, however often the job runs.
 */
@Component
public class DigestComposer {

  /** A digest later than this is sent only on its own day. */
  static final Duration LATE = Duration.ofHours(6);

  /** What begins sooner cannot be arranged any more. */
  static final Duration LEAD = Duration.ofHours(2);

  /** Written so shortly before quiet hours, a text may leave only after them. */
  private static final Duration LEAVING = Duration.ofMinutes(5);

  /** How long a text may be tried once quiet hours are over. */
  private static final Duration LOUD = Duration.ofHours(2);

  private static final String OCCURRENCE =
      """
      SELECT next_digest_date, next_digest_at, digest_day, digest_time, last_digest_at
      FROM notification_preferences WHERE user_id = :user FOR UPDATE
      """;

  private static final String ADVANCE =
      """
      UPDATE notification_preferences
      SET next_digest_date = :date, next_digest_at = :at,
          last_digest_date = CASE WHEN :wrote THEN :last ELSE last_digest_date END,
          last_digest_at = CASE WHEN :wrote THEN :arrives ELSE last_digest_at END
      WHERE user_id = :user
      """;

  private static final String ITEMS =
      """
      SELECT s.id, string_agg(c.name, ', ' ORDER BY c.name) AS names,
             s.reasoning, s.slot_start, s.slot_end
      FROM suggestions s
      JOIN suggestion_contacts sc ON sc.suggestion_id = s.id
      JOIN contacts c ON c.id = sc.contact_id
      WHERE s.user_id = :user AND s.state = 'pending' AND s.slot_start >= :earliest
        AND (s.trigger = 'shared_activity' OR NOT EXISTS (
          SELECT 1 FROM calendar_events e JOIN calendars k ON k.id = e.calendar_id
          WHERE e.user_id = s.user_id AND e.busy AND k.selected AND k.removed_at IS NULL
            AND e.start_at < s.slot_end AND e.end_at > s.slot_start))
      GROUP BY s.id
      HAVING bool_and(c.archived_at IS NULL)
      ORDER BY s.priority DESC, s.slot_start
      LIMIT :most
      """;

  private final JdbcClient jdbc;
  private final DigestDates dates;
  private final Recipients recipients;
  private final Outbox outbox;
  private final DigestWords words;
  private final TransactionTemplate transaction;
  private final Clock clock;

  DigestComposer(
      JdbcClient jdbc,
      DigestDates dates,
      Recipients recipients,
      Outbox outbox,
      DigestWords words,
      PlatformTransactionManager transactions,
      Clock clock) {
    this.jdbc = jdbc;
    this.dates = dates;
    this.recipients = recipients;
    this.outbox = outbox;
    this.words = words;
    this.transaction = new TransactionTemplate(transactions);
    this.clock = clock;
  }

  /**
   * What was written.
   *
   * @param deliveries payloads of batch-notifications for the messages
   */
  public record Composed(Map<String, Integer> result, List<Map<String, Object>> deliveries) {}

  private record Occurrence(
      LocalDate date, Instant at, DayOfWeek day, LocalTime time, Instant lastAt) {}

  /**
   * Writes the digest of one date and names the next date.
   *
   * @param payload {@code userId} and {@code occurrenceDate} (local date; absent means the one that
   *     is due)
   * @throws SkippedException {@code not_due} where that digest was written or moved already, or is
   *     yet to come; {@code zone_unreadable} where nobody can tell the user's time
   */
  public Composed compose(Map<String, Object> payload) {
    UUID user = JobFields.requiredUuid(payload, "userId");
    LocalDate asked = occurrenceDate(payload);
    Composed composed = transaction.execute(status -> compose(user, asked));
    if (composed == null) {
      // thrown here, else what was set aside would be rolled back
      throw new SkippedException("zone_unreadable");
    }
    return composed;
  }

  /** Null where the user's zone cannot be read. */
  private Composed compose(UUID user, LocalDate asked) {
    Instant now = clock.instant();
    Occurrence due =
        jdbc.sql(OCCURRENCE)
            .param("user", user)
            .query((rs, row) -> occurrence(rs))
            .optional()
            .orElseThrow(() -> new SkippedException("no_preferences"));
    // without a date too, so that a job that is tried again does not write next week's
    boolean early = due.at() != null && due.at().isAfter(now);
    if (due.date() == null || early || (asked != null && !asked.equals(due.date()))) {
      throw new SkippedException("not_due");
    }
    Recipient recipient;
    try {
      recipient =
          recipients
              .find(user)
              .orElseThrow(() -> new PermanentException("User " + user + " does not exist."));
    } catch (DateTimeException unreadableZone) {
      dates.setAside(user, unreadableZone);
      return null;
    }
    List<DigestItem> items =
        worthSending(due, recipient, now) ? items(user, now.plus(LEAD)) : List.of();
    List<Outbox.Queued> queued = items.isEmpty() ? List.of() : write(recipient, due, items, now);
    advance(recipient, due, now, queued);
    return new Composed(
        Map.of("composed", queued.size(), "items", items.size()),
        Deliveries.of(queued.stream().map(Outbox.Queued::id).toList()));
  }

  private boolean worthSending(Occurrence due, Recipient recipient, Instant now) {
    if (recipient.pausedAt(now) || hadOneOn(due, recipient.zone())) {
      return false;
    }
    if (due.at() == null || !now.isAfter(due.at().plus(LATE))) {
      return true;
    }
    boolean sameDay = LocalDate.ofInstant(now, recipient.zone()).equals(due.date());
    return sameDay && recipient.quietHours().nextLoud(now, recipient.zone()).equals(now);
  }

  /** The one before may have left so late that it came on this one's date. */
  private static boolean hadOneOn(Occurrence due, ZoneId zone) {
    return due.lastAt() != null && !LocalDate.ofInstant(due.lastAt(), zone).isBefore(due.date());
  }

  private List<DigestItem> items(UUID user, Instant earliest) {
    return jdbc.sql(ITEMS)
        .param("user", user)
        .param("earliest", SqlInstant.of(earliest))
        .param("most", DigestWords.MOST_IN_EMAIL)
        .query((rs, row) -> DigestItem.read(rs))
        .list();
  }

  private List<Outbox.Queued> write(
      Recipient recipient, Occurrence due, List<DigestItem> items, Instant now) {
    outbox.supersede(recipient.userId(), "digest");
    List<DigestItem> inSms = inSms(recipient, items, now);
    Draft draft =
        new Draft(
            "digest",
            "digest:%s:%s".formatted(recipient.userId(), due.date()),
            words.subject(items),
            words.digest(recipient, items),
            inSms.isEmpty() ? null : words.sms(inSms, recipient.zone()),
            expiresAt(due.date(), recipient, now));
    List<Outbox.Queued> queued = outbox.queue(recipient, draft);
    for (Outbox.Queued message : queued) {
      outbox.number(message.id(), message.channel().equals("sms") ? inSms : items);
    }
    return queued;
  }

  /** A text of the evening may wait for the morning after, or for the end of longer quiet hours. */
  static Instant expiresAt(LocalDate date, Recipient recipient, Instant now) {
    Instant noon = date.plusDays(1).atTime(LocalTime.NOON).atZone(recipient.zone()).toInstant();
    Instant loud = recipient.quietHours().nextLoud(now.plus(LEAVING), recipient.zone()).plus(LOUD);
    return loud.isAfter(noon) ? loud : noon;
  }

  /** What is still ahead when quiet hours let the message through. */
  private List<DigestItem> inSms(Recipient recipient, List<DigestItem> items, Instant now) {
    Instant earliest = recipient.quietHours().nextLoud(now, recipient.zone()).plus(LEAD);
    return words.fittingSms(
        items.stream().filter(item -> !item.start().isBefore(earliest)).toList(), recipient.zone());
  }

  /** The next date is after today too: a long downtime is not made up for week by week. */
  private void advance(
      Recipient recipient, Occurrence due, Instant now, List<Outbox.Queued> queued) {
    // a digest that arrives in the morning after has been on that day, too
    Instant arrives =
        queued.stream().map(Outbox.Queued::notBefore).max(Comparator.naturalOrder()).orElse(now);
    DigestSchedule.Occurrence next =
        new DigestSchedule(due.day(), due.time(), recipient.zone()).next(now, due.date(), arrives);
    jdbc.sql(ADVANCE)
        .param("date", next.date())
        .param("at", SqlInstant.of(next.at()))
        .param("wrote", !queued.isEmpty())
        .param("last", due.date())
        .param("arrives", SqlInstant.of(arrives))
        .param("user", recipient.userId())
        .update();
  }

  private static Occurrence occurrence(ResultSet rs) throws SQLException {
    return new Occurrence(
        rs.getObject("next_digest_date", LocalDate.class),
        SqlInstant.read(rs, "next_digest_at"),
        // the table counts from Sunday = 0
        DayOfWeek.SUNDAY.plus(rs.getInt("digest_day")),
        rs.getObject("digest_time", LocalTime.class),
        SqlInstant.read(rs, "last_digest_at"));
  }

  private static LocalDate occurrenceDate(Map<String, Object> payload) {
    String date = JobFields.text(payload, "occurrenceDate", null);
    try {
      return date == null ? null : LocalDate.parse(date);
    } catch (DateTimeParseException notOne) {
      throw JobFields.invalid("occurrenceDate", date, "a date such as 2026-11-01");
    }
  }
}
