package dev.millrace.notification;

import dev.millrace.job.Batches;
import dev.millrace.job.EachUser;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.springframework.stereotype.Component;

/**
 * Reminds users of what is still open: one notice a user and local day, in the forenoon of the
 * user's zone. Each user is a transaction of its own. Counts in {@code millrace.reminders} by kind
 * of notice and outcome ({@code written}, {@code in_app}: the user has no channel, {@code failed}).
 */
@Component
public class Reminders {

  static final String PURPOSE = "reminder";

  private final ReminderNotices notices;
  private final DueReminders due;
  private final ReminderWriting writing;
  private final SettledNotices settled;
  private final UserZones zones;
  private final MeterRegistry meters;
  private final Clock clock;

  Reminders(
      ReminderNotices notices,
      DueReminders due,
      ReminderWriting writing,
      SettledNotices settled,
      UserZones zones,
      MeterRegistry meters,
      Clock clock) {
    this.notices = notices;
    this.due = due;
    this.writing = writing;
    this.settled = settled;
    this.zones = zones;
    this.meters = meters;
    this.clock = clock;
  }

  /** Whether a run of the whole job would find anything, also among suggestions. */
  public boolean due() {
    Instant now = clock.instant();
    return notices.due() || due.users(now).stream().anyMatch(user -> inTime(user, now));
  }

  /**
   * What was done.
   *
   * @param deliveries payloads of batch-notifications for the messages that were written
   * @param failure of the first user who could not be reminded, else null
   */
  public record Reminded(
      Map<String, Integer> result,
      List<List<Map<String, Object>>> deliveries,
      RuntimeException failure) {}

  /** Opens and closes notices, and writes what is due now; a second run finds nothing. */
  public Reminded remind() {
    notices.open();
    notices.resolve();
    int suppressed = settled.withdraw();
    Instant now = clock.instant();
    List<UUID> messages = new ArrayList<>();
    List<String> kinds = new ArrayList<>();
    RuntimeException failure =
        EachUser.of(due.users(now), user -> remind(user, now, messages, kinds));
    return new Reminded(
        Map.of("reminders", kinds.size(), "suppressed", suppressed),
        Batches.of(Deliveries.of(messages)),
        failure);
  }

  /**
   * The job's return value, or what went wrong in either of its parts.
   *
   * @param aged what the part before did
   * @param agedFailure what ended it early; null = nothing
   */
  public Map<String, Integer> settle(
      Map<String, Integer> aged, RuntimeException agedFailure, Reminded reminded) {
    RuntimeException failure = agedFailure == null ? reminded.failure() : agedFailure;
    if (failure != null) {
      throw failure;
    }
    Map<String, Integer> all = new HashMap<>(aged);
    all.putAll(reminded.result());
    return all;
  }

  private void remind(NoticeUser user, Instant now, List<UUID> messages, List<String> kinds) {
    try {
      if (!inTime(user, now)) {
        return;
      }
      ReminderWriting.Written written = writing.write(user.id(), now);
      if (written.kind() != null) {
        messages.addAll(written.messages());
        kinds.add(written.kind());
        count(written.kind(), written.messages().isEmpty() ? "in_app" : "written");
      }
    } catch (RuntimeException e) {
      count("unknown", "failed");
      throw e;
    }
  }

  private boolean inTime(NoticeUser user, Instant now) {
    return zones
        .of(user.id(), user.zone())
        .map(zone -> ReminderHours.contain(now, zone) && user.hasDayLeft(now, zone))
        .orElse(false);
  }

  private void count(String kind, String outcome) {
    meters.counter("millrace.reminders", "kind", kind, "outcome", outcome).increment();
  }
}
