package dev.millrace.suggestion;

import dev.millrace.job.Batches;
import dev.millrace.job.JobFields;
import dev.millrace.job.PermanentException;
import dev.millrace.job.SkippedException;
import dev.millrace.suggestion.SuggestionFilling.Filled;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Fills users' lists of open suggestions: the most overdue contact gets the next free time.
 *
 * <p>The parent job only pages through users and leaves the work to one job a user, so that one
 * user's trouble is that user's alone.
 */
@Component
public class SuggestionGeneration {

  static final int DEFAULT_BATCH = 50;
  static final int LARGEST_BATCH = 500;

  private final JdbcClient jdbc;
  private final SuggestionFilling filling;
  private final SuggestionSilence silence;
  private final FreshCalendars freshCalendars;
  private final TransactionTemplate transaction;

  SuggestionGeneration(
      JdbcClient jdbc,
      SuggestionFilling filling,
      SuggestionSilence silence,
      FreshCalendars freshCalendars,
      PlatformTransactionManager transactions) {
    this.jdbc = jdbc;
    this.filling = filling;
    this.silence = silence;
    this.freshCalendars = freshCalendars;
    this.transaction = new TransactionTemplate(transactions);
  }

  /**
   * One page of users.
   *
   * @param units payloads of suggestion-generation, one a user
   * @param next the payload that goes on behind this page; none at the end
   */
  public record Page(
      Map<String, Integer> result,
      List<List<Map<String, Object>>> units,
      List<Map<String, Object>> next) {}

  /** Whether there is anybody to make suggestions for. */
  public boolean due() {
    return jdbc.sql(
            """
            SELECT EXISTS (SELECT 1 FROM google_connections g JOIN users u ON u.id = g.user_id
                           WHERE g.integration = 'google_calendar' AND g.status = 'active'
                             AND u.deleted_at IS NULL)
            """)
        .query(Boolean.class)
        .single();
  }

  /**
   * Users with an active calendar connection behind {@code cursor}, in the order of their ids. The
   * first page also looks whether the sweeps before it came to anything.
   *
   * @param payload {@code batchSize} (users a page, 1 to 500, default 50) and {@code cursor} (the
   *     last user id of the page before, null to begin); the {@code offset} that producers of old
   *     send means nothing
   */
  public Page page(Map<String, Object> payload) {
    int size = JobFields.number(payload, "batchSize", DEFAULT_BATCH, 1, LARGEST_BATCH);
    Optional<UUID> cursor = JobFields.uuid(payload, "cursor");
    if (cursor.isEmpty()) {
      silence.check();
    }
    List<UUID> users =
        jdbc.sql(
                """
                SELECT g.user_id FROM google_connections g JOIN users u ON u.id = g.user_id
                WHERE g.integration = 'google_calendar' AND g.status = 'active'
                  AND u.deleted_at IS NULL AND g.user_id > :cursor
                ORDER BY g.user_id LIMIT :size
                """)
            .param("cursor", cursor.orElse(new UUID(0, 0)))
            .param("size", size)
            .query(UUID.class)
            .list();
    boolean more = users.size() == size;
    return new Page(
        Map.of("users", users.size()),
        Batches.of(
            users.stream().map(user -> Map.<String, Object>of("userId", user.toString())).toList()),
        more
            ? List.of(Map.of("batchSize", size, "cursor", users.getLast().toString()))
            : List.of());
  }

  /**
   * What one user was offered.
   *
   * @param user whose list of offers may be another now
   * @param realtime lists of suggestions to tell at once; at most one list, and none where there is
   *     nothing to tell
   * @param skipped why nothing could be offered; null otherwise. {@link #settle} throws it, once
   *     what follows from the change is done
   */
  public record Generated(
      Map<String, Integer> result, UUID user, List<List<UUID>> realtime, String skipped) {}

  /**
   * Offers the user's free time of the next 14 days to due contacts.
   *
   * @return {@code full} as the reason to skip where the user has ten open suggestions already
   * @throws SkippedException {@code stale_calendar} without a calendar read within 48 hours
   * @throws PermanentException if there is no such user
   */
  public Generated forUser(Map<String, Object> payload) {
    UUID user = JobFields.requiredUuid(payload, "userId");
    if (!freshCalendars.has(user)) {
      throw new SkippedException("stale_calendar");
    }
    Filled filled = transaction.execute(status -> filling.fill(user));
    if (filled.created() > 0) {
      silence.end();
    }
    return new Generated(
        Map.of(
            "created", filled.created(),
            "dueContacts", filled.due(),
            "freeSlots", filled.slots()),
        user,
        filled.soon().isEmpty() ? List.of() : List.of(filled.soon()),
        filled.full() ? "full" : null);
  }

  /**
   * The job's return value.
   *
   * @throws SkippedException when nothing could be offered
   */
  public Map<String, Integer> settle(Generated generated) {
    if (generated.skipped() != null) {
      throw new SkippedException(generated.skipped());
    }
    return generated.result();
  }
}
