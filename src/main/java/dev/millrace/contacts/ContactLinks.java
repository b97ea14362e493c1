package dev.millrace.contacts;

import dev.millrace.job.SqlInstant;
import java.time.Clock;
import java.util.List;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * What ties a user's contacts to a Google account. It is cut when the user disconnects, or connects
 * another account: the contacts stay, as if the user had entered them.
 */
@Component
public class ContactLinks {

  private static final String CONNECTIONS =
      "(SELECT id FROM google_connections"
          + " WHERE user_id = :user AND integration = 'google_contacts')";

  /**
   * In this order: whoever reads a page holds the row of the lease, so that is waited for first.
   */
  private static final List<String> RELEASE =
      List.of(
          "UPDATE sync_state SET lease_owner = NULL, lease_until = NULL WHERE connection_id IN "
              + CONNECTIONS,
          """
          UPDATE contacts_sync
          SET sync_token = NULL, token_full_at = NULL, query_fingerprint = NULL,
              full_wanted_at = NULL, last_read_at = NULL, full_turn_at = NULL, groups_wanted = true
          WHERE connection_id IN\s"""
              + CONNECTIONS,
          """
          DELETE FROM google_group_members
          WHERE contact_id IN (SELECT id FROM contacts WHERE user_id = :user)
          """,
          "DELETE FROM google_groups WHERE connection_id IN " + CONNECTIONS,
          """
          UPDATE contact_group_members SET source = 'manual'
          WHERE source = 'google'
            AND contact_id IN (SELECT id FROM contacts WHERE user_id = :user)
          """,
          """
          UPDATE contact_points SET source = 'manual'
          WHERE user_id = :user AND source = 'google'
          """,
          """
          UPDATE contacts
          SET source = 'manual', google_resource = NULL, google_etag = NULL,
              google_generation = NULL, updated_at = :now
          WHERE user_id = :user AND (source = 'google' OR google_resource IS NOT NULL)
          """,
          """
          UPDATE notices SET resolved_at = :now, resolution = 'disconnected'
          WHERE user_id = :user AND kind = 'group_mapping_review' AND resolved_at IS NULL
          """);

  private final JdbcClient jdbc;
  private final TransactionTemplate transaction;
  private final Clock clock;

  public ContactLinks(JdbcClient jdbc, PlatformTransactionManager transactions, Clock clock) {
    this.jdbc = jdbc;
    this.transaction = new TransactionTemplate(transactions);
    this.clock = clock;
  }

  /**
   * Cuts all ties, in the caller's transaction or one of its own. Contacts, their addresses and
   * their memberships in the user's own groups stay; Google's ids, groups and sync token go. A sync
   * that runs now stops at its next page, and writes nothing more.
   */
  public void release(UUID userId) {
    transaction.executeWithoutResult(
        status ->
            RELEASE.forEach(
                sql ->
                    jdbc.sql(sql)
                        .param("user", userId)
                        .param("now", SqlInstant.of(clock.instant()))
                        .update()));
  }
}
