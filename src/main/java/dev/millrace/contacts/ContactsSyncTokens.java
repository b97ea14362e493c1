package dev.millrace.contacts;

import dev.millrace.job.SqlInstant;
import java.time.Clock;
import java.time.Instant;
import java.util.Collection;
import java.util.Optional;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** What is remembered between two syncs of a user's contacts. */
@Component
class ContactsSyncTokens {

  private final JdbcClient jdbc;
  private final Clock clock;
  private final ContactsSyncProperties settings;

  ContactsSyncTokens(JdbcClient jdbc, Clock clock, ContactsSyncProperties settings) {
    this.jdbc = jdbc;
    this.clock = clock;
    this.settings = settings;
  }

  /**
   * @param token null where only a full read will do
   * @param fullAt end of the full read behind the token
   * @param generation number of the last full read
   * @param fullWantedAt when somebody asked for a full read, else null
   * @param lastReadAt end of the last read, else null
   */
  record Remembered(
      String token,
      Instant fullAt,
      String fingerprint,
      long generation,
      Instant fullWantedAt,
      Instant lastReadAt) {}

  Remembered load(UUID connection) {
    jdbc.sql("INSERT INTO contacts_sync (connection_id) VALUES (:id) ON CONFLICT DO NOTHING")
        .param("id", connection)
        .update();
    return jdbc.sql(
            """
            SELECT sync_token, token_full_at, query_fingerprint, generation, full_wanted_at,
                   last_read_at
            FROM contacts_sync WHERE connection_id = :id
            """)
        .param("id", connection)
        .query(
            (rs, row) ->
                new Remembered(
                    rs.getString("sync_token"),
                    SqlInstant.read(rs, "token_full_at"),
                    rs.getString("query_fingerprint"),
                    rs.getLong("generation"),
                    SqlInstant.read(rs, "full_wanted_at"),
                    SqlInstant.read(rs, "last_read_at")))
        .single();
  }

  /** Why everything has to be read; empty where reading what changed is safe. */
  Optional<String> fullReason(Remembered remembered) {
    if (remembered.fullWantedAt() != null) {
      return Optional.of("requested");
    }
    if (remembered.token() == null) {
      return Optional.of(remembered.lastReadAt() == null ? "first" : "expired_token");
    }
    if (!PeopleApi.FINGERPRINT.equals(remembered.fingerprint())) {
      return Optional.of("query_changed");
    }
    Instant oldest = clock.instant().minus(settings.fullEvery());
    return remembered.fullAt() == null || !remembered.fullAt().isAfter(oldest)
        ? Optional.of("token_age")
        : Optional.empty();
  }

  long nextGeneration(UUID connection) {
    return jdbc.sql(
            """
            UPDATE contacts_sync SET generation = generation + 1
            WHERE connection_id = :id RETURNING generation
            """)
        .param("id", connection)
        .query(Long.class)
        .single();
  }

  void forget(UUID connection) {
    jdbc.sql("UPDATE contacts_sync SET sync_token = NULL WHERE connection_id = :id")
        .param("id", connection)
        .update();
  }

  /**
   * After a full read. Belongs into the transaction of the last page, as does {@link
   * #storeChanges}: a token without its rows would lose them.
   *
   * @param wantedAt the wish that was known when the read began; a later one stays
   */
  void storeFull(UUID connection, String token, Instant wantedAt) {
    jdbc.sql(
            """
            UPDATE contacts_sync
            SET sync_token = :token, query_fingerprint = :fingerprint, token_full_at = :now,
                last_read_at = :now, groups_wanted = true,
                full_wanted_at = CASE WHEN full_wanted_at IS NOT DISTINCT FROM :wanted
                                      THEN NULL ELSE full_wanted_at END
            WHERE connection_id = :id
            """)
        .param("token", token)
        .param("fingerprint", PeopleApi.FINGERPRINT)
        .param("now", SqlInstant.of(clock.instant()))
        .param("wanted", SqlInstant.of(wantedAt))
        .param("id", connection)
        .update();
  }

  /** After a read of what changed. Without a new token the old one tells of the same span again. */
  void storeChanges(UUID connection, String token) {
    jdbc.sql(
            """
            UPDATE contacts_sync
            SET sync_token = coalesce(:token, sync_token), last_read_at = :now
            WHERE connection_id = :id
            """)
        .param("token", token)
        .param("now", SqlInstant.of(clock.instant()))
        .param("id", connection)
        .update();
  }

  /** Has the list of groups read if one of these, of which people are members, is not in it. */
  void wantGroupsIfUnknown(UUID connection, Collection<String> groups) {
    jdbc.sql(
            """
            UPDATE contacts_sync SET groups_wanted = true
            WHERE connection_id = :id AND NOT groups_wanted AND EXISTS (
              SELECT 1 FROM unnest(CAST(:groups AS text[])) AS r (resource)
              WHERE NOT EXISTS (
                SELECT 1 FROM google_groups g
                WHERE g.connection_id = :id AND g.resource_name = r.resource
                  AND g.removed_at IS NULL))
            """)
        .param("id", connection)
        .param("groups", groups.toArray(String[]::new))
        .update();
  }

  boolean groupsWanted(UUID connection) {
    return jdbc.sql("SELECT groups_wanted FROM contacts_sync WHERE connection_id = :id")
        .param("id", connection)
        .query(Boolean.class)
        .single();
  }

  void groupsRead(UUID connection) {
    jdbc.sql("UPDATE contacts_sync SET groups_wanted = false WHERE connection_id = :id")
        .param("id", connection)
        .update();
  }
}
