package dev.millrace.notification;

import dev.millrace.job.Batches;
import dev.millrace.job.EachUser;
import dev.millrace.job.JobFields;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.springframework.stereotype.Component;

/**
 * Owns the "please reconnect" notice: opens it, sends its first message and closes it. Repeated
 * reminders are another job's; the stage of the notice (0 here, 1 and more there) keeps the two
 * apart.
 */
@Component
public class TokenHealthReminder {

  private final TokenNotices notices;
  private final TokenMessages messages;
  private final SettledNotices settled;

  TokenHealthReminder(TokenNotices notices, TokenMessages messages, SettledNotices settled) {
    this.notices = notices;
    this.messages = messages;
    this.settled = settled;
  }

  /** Whether a check would open, close or tell anything. */
  public boolean due() {
    return notices.due();
  }

  /**
   * What changed.
   *
   * @param deliveries payloads of batch-notifications for the messages that were written
   * @param failure of the first user who could not be told, else null; {@link #settle} throws it
   */
  public record Checked(
      Map<String, Integer> result,
      List<List<Map<String, Object>>> deliveries,
      RuntimeException failure) {}

  /**
   * Compares notices with grants.
   *
   * @param payload {@code connectionId} for the grants of that connection's user; without it all
   *     are checked
   */
  public Checked check(Map<String, Object> payload) {
    UUID connection = JobFields.uuid(payload, "connectionId").orElse(null);
    // first, because a grant that came back and died again is a new matter
    int resolved = notices.resolve(connection);
    settled.withdraw();
    int opened = notices.open(connection);
    List<UUID> written = new ArrayList<>();
    RuntimeException failure =
        EachUser.of(notices.usersToTell(connection), user -> written.addAll(messages.tell(user)));
    return new Checked(
        Map.of("opened", opened, "resolved", resolved, "messages", written.size()),
        Batches.of(Deliveries.of(written)),
        failure);
  }

  /** The job's return value, or why a user could not be told. */
  public Map<String, Integer> settle(Checked checked) {
    if (checked.failure() != null) {
      throw checked.failure();
    }
    return checked.result();
  }
}
