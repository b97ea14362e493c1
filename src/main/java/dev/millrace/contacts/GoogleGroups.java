package dev.millrace.contacts;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import dev.millrace.job.SqlInstant;
import java.time.Clock;
import java.util.Collection;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** The rows of {@code google_groups}: the groups that a user made at Google. */
@Component
class GoogleGroups {

  private static final String UPSERT =
      """
      INSERT INTO google_groups (connection_id, resource_name, name, member_count, seen_in)
      SELECT :connection, r.resource, r.name, r.members, :reading
      FROM jsonb_to_recordset(:rows::jsonb) AS r (resource text, name text, members int)
      ON CONFLICT (connection_id, resource_name) DO UPDATE SET
        name = EXCLUDED.name, member_count = EXCLUDED.member_count, removed_at = NULL,
        seen_in = EXCLUDED.seen_in
      """;

  private static final String REMOVE_UNSEEN =
      """
      UPDATE google_groups
      SET removed_at = :now, suggest_action = NULL, suggest_group = NULL, suggest_score = NULL
      WHERE connection_id = :connection AND removed_at IS NULL
        AND seen_in IS DISTINCT FROM :reading
      """;

  /** Who is a member by Google and by nobody else; manual members are not touched. */
  private static final String APPLY =
      """
      WITH listed AS (
        SELECT DISTINCT g.group_id, m.contact_id
        FROM google_groups g
        JOIN google_group_members m ON m.resource_name = g.resource_name
        JOIN contacts c ON c.id = m.contact_id AND c.user_id = :user
        WHERE g.connection_id = :connection AND g.mapping = 'approved'
          AND g.group_id IS NOT NULL AND g.removed_at IS NULL),
      gone AS (
        DELETE FROM contact_group_members x USING contact_groups k
        WHERE k.id = x.group_id AND k.user_id = :user AND x.source = 'google'
          AND (x.group_id, x.contact_id) NOT IN (SELECT group_id, contact_id FROM listed)
        RETURNING 1),
      come AS (
        INSERT INTO contact_group_members (group_id, contact_id, source)
        SELECT l.group_id, l.contact_id, 'google' FROM listed l
        ON CONFLICT DO NOTHING RETURNING 1)
      SELECT (SELECT count(*) FROM gone) + (SELECT count(*) FROM come)
      """;

  private final JdbcClient jdbc;
  private final ObjectMapper json;
  private final Clock clock;

  GoogleGroups(JdbcClient jdbc, ObjectMapper json, Clock clock) {
    this.jdbc = jdbc;
    this.json = json;
    this.clock = clock;
  }

  /**
   * Writes a page of groups; new ones wait for the user's word.
   *
   * @param reading id of this reading of the list
   */
  void upsert(UUID connection, UUID reading, Collection<GoogleGroup> groups) {
    ArrayNode rows = json.createArrayNode();
    groups.stream()
        .distinct()
        .forEach(
            group ->
                rows.addObject()
                    .put("resource", group.resource())
                    .put("name", group.name())
                    .put("members", group.members()));
    jdbc.sql(UPSERT)
        .param("connection", connection)
        .param("reading", reading)
        .param("rows", rows.toString())
        .update();
  }

  /** Notes that the groups which this reading did not list are gone. */
  void removeUnseen(UUID connection, UUID reading) {
    jdbc.sql(REMOVE_UNSEEN)
        .param("connection", connection)
        .param("reading", reading)
        .param("now", SqlInstant.of(clock.instant()))
        .update();
  }

  /** Makes the user's approved groups hold whom Google's hold; answers how many came or went. */
  int apply(UUID user, UUID connection) {
    return jdbc.sql(APPLY)
        .param("user", user)
        .param("connection", connection)
        .query(Integer.class)
        .single();
  }
}
