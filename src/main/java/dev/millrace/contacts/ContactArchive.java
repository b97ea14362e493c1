package dev.millrace.contacts;

import dev.millrace.job.SqlInstant;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * Puts contacts away that Google no longer has. Nothing is deleted: their history and notes stay,
 * and they come back if Google lists them again. Their open suggestions are dismissed.
 */
@Component
class ContactArchive {

  /** The value of {@code archived_by}. */
  static final String BY_GOOGLE = "google_delete";

  private static final String ARCHIVE =
      """
      WITH gone AS (
        UPDATE contacts SET archived_at = :now, archived_by = 'google_delete', updated_at = :now
        WHERE user_id = :user AND archived_at IS NULL AND %s
        RETURNING id),
      dismissed AS (
        UPDATE suggestions
        SET state = 'dismissed', snoozed_until = NULL, dismiss_reason = 'contact_removed'
        WHERE id IN (SELECT s.suggestion_id FROM suggestion_contacts s JOIN gone
                       ON gone.id = s.contact_id WHERE s.is_open)
          AND state IN ('pending', 'snoozed'))
      SELECT count(*) FROM gone
      """;

  private static final String DELETED = ARCHIVE.formatted("google_resource = ANY (:resources)");

  private static final String UNSEEN =
      "google_resource IS NOT NULL AND google_generation IS DISTINCT FROM :generation";

  /** Contacts of the user's own that a page matched stay: they were there before. */
  private static final String STRANGERS =
      ARCHIVE.formatted(
          "source = 'google' AND google_generation = :generation AND created_at > :since");

  private static final String SWEEP = ARCHIVE.formatted(UNSEEN);

  /**
   * Contacts that this very read brought would hide how much of the old ones is missing, and so are
   * not counted, nor are those of a read before it that came to no end.
   */
  private static final String COUNT =
      """
      SELECT count(*) AS linked, count(*) FILTER (WHERE %s) AS missing
      FROM contacts
      WHERE user_id = :user AND archived_at IS NULL AND google_resource IS NOT NULL
        AND (CAST(:before AS timestamptz) IS NULL OR created_at <= :before)
      """
          .formatted(UNSEEN);

  private final JdbcClient jdbc;
  private final Clock clock;

  ContactArchive(JdbcClient jdbc, Clock clock) {
    this.jdbc = jdbc;
    this.clock = clock;
  }

  /** Archives those whom Google reports as deleted, and says how many there were. */
  int deleted(UUID user, List<String> resources) {
    return jdbc.sql(DELETED)
        .param("now", SqlInstant.of(clock.instant()))
        .param("user", user)
        .param("resources", resources.toArray(String[]::new))
        .query(Integer.class)
        .single();
  }

  /**
   * Archives those whom a read of everything did not meet, and says how many there were.
   *
   * @param lastReadAt end of the read before, or null where there was none
   * @param anyNumber whether somebody looked, and even most of them may go
   * @throws MassArchiveException if too many are missing; nothing is changed then
   */
  int unseen(UUID user, long generation, Instant lastReadAt, boolean anyNumber) {
    if (!anyNumber) {
      MassArchiveException.check(count(user, generation, lastReadAt));
    }
    return jdbc.sql(SWEEP)
        .param("now", SqlInstant.of(clock.instant()))
        .param("user", user)
        .param("generation", generation)
        .query(Integer.class)
        .single();
  }

  /**
   * Archives those whom only a stopped read of everything brought, and says how many there were:
   * its pages were stored before its end showed that they are hardly the user's. They come back if
   * a later read lists them.
   *
   * @param lastReadAt end of the read before; where there was none, nobody is archived
   */
  int strangers(UUID user, long generation, Instant lastReadAt) {
    return jdbc.sql(STRANGERS)
        .param("now", SqlInstant.of(clock.instant()))
        .param("user", user)
        .param("generation", generation)
        .param("since", SqlInstant.of(lastReadAt))
        .query(Integer.class)
        .single();
  }

  /**
   * @param linked contacts of Google's
   * @param missing those of them that Google did not list
   */
  record Count(int linked, int missing) {}

  private Count count(UUID user, long generation, Instant lastReadAt) {
    return jdbc.sql(COUNT)
        .param("user", user)
        .param("generation", generation)
        .param("before", SqlInstant.of(lastReadAt))
        .query((row, i) -> new Count(row.getInt("linked"), row.getInt("missing")))
        .single();
  }
}
