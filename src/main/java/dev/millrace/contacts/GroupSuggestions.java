package dev.millrace.contacts;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import org.apache.commons.text.similarity.LevenshteinDistance;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * Proposes what to do with Google's groups that wait for the user's word: to map one to a group of
 * the user's that has nearly the same name or much the same members, else to make a new one.
 */
@Component
class GroupSuggestions {

  /** Of 1, the same letters; below it a name is another. */
  static final double SIMILAR_NAME = 0.8;

  /** Of 1, the same members; below it a group is another. */
  static final double SIMILAR_MEMBERS = 0.6;

  /** How many both have, of those that either has. */
  private static final String OVERLAPS =
      """
      WITH theirs AS (
        SELECT m.resource_name, m.contact_id
        FROM google_groups g
        JOIN google_group_members m ON m.resource_name = g.resource_name
        JOIN contacts c ON c.id = m.contact_id AND c.user_id = :user AND c.archived_at IS NULL
        WHERE g.connection_id = :connection AND g.mapping = 'pending' AND g.removed_at IS NULL),
      ours AS (
        SELECT x.group_id, x.contact_id
        FROM contact_groups k
        JOIN contact_group_members x ON x.group_id = k.id
        JOIN contacts c ON c.id = x.contact_id AND c.archived_at IS NULL
        WHERE k.user_id = :user AND k.archived_at IS NULL)
      SELECT b.resource_name, b.group_id, b.shared / (t.size + o.size - b.shared)::float8 AS share
      FROM (SELECT theirs.resource_name, ours.group_id, count(*) AS shared
            FROM theirs JOIN ours USING (contact_id)
            GROUP BY theirs.resource_name, ours.group_id) b
      JOIN (SELECT resource_name, count(*) AS size FROM theirs GROUP BY resource_name) t
        USING (resource_name)
      JOIN (SELECT group_id, count(*) AS size FROM ours GROUP BY group_id) o USING (group_id)
      WHERE b.shared / (t.size + o.size - b.shared)::float8 > :least
      """;

  private static final String STORE =
      """
      UPDATE google_groups g
      SET suggest_action = r.action, suggest_group = r.suggested, suggest_score = r.score
      FROM jsonb_to_recordset(:rows::jsonb)
        AS r (resource text, action text, suggested uuid, score numeric(3,2))
      WHERE g.connection_id = :connection AND g.resource_name = r.resource
        AND g.mapping = 'pending'
      """;

  private final JdbcClient jdbc;
  private final ObjectMapper json;

  GroupSuggestions(JdbcClient jdbc, ObjectMapper json) {
    this.jdbc = jdbc;
    this.json = json;
  }

  /**
   * @param score 0 to 1, how sure it is
   */
  private record Proposal(UUID group, double score) {}

  private record Group(UUID id, String name) {}

  /** Renews the proposals for all groups that wait. */
  void renew(UUID user, UUID connection) {
    Map<String, String> waiting = waiting(connection);
    if (waiting.isEmpty()) {
      return;
    }
    Map<String, List<Proposal>> proposals = byMembers(user, connection);
    List<Group> groups = groups(user);
    ArrayNode rows = json.createArrayNode();
    waiting.forEach(
        (resource, name) -> {
          List<Proposal> all = proposals.computeIfAbsent(resource, none -> new ArrayList<>());
          for (Group group : groups) {
            double score = similarity(name, group.name());
            if (score > SIMILAR_NAME) {
              all.add(new Proposal(group.id(), score));
            }
          }
          Proposal best = best(all);
          rows.addObject()
              .put("resource", resource)
              .put("action", best == null ? "create_new" : "map_to_existing")
              .put("suggested", best == null ? null : best.group().toString())
              .put("score", best == null ? null : best.score());
        });
    jdbc.sql(STORE).param("connection", connection).param("rows", rows.toString()).update();
  }

  /** 1 for the same letters, 0 for none in common. */
  static double similarity(String one, String other) {
    String a = one.strip().toLowerCase(Locale.ROOT);
    String b = other.strip().toLowerCase(Locale.ROOT);
    int longest = Math.max(a.length(), b.length());
    return longest == 0
        ? 0
        : 1.0 - LevenshteinDistance.getDefaultInstance().apply(a, b) / (double) longest;
  }

  private static Proposal best(List<Proposal> proposals) {
    Proposal best = null;
    for (Proposal proposal : proposals) {
      if (best == null || proposal.score() > best.score()) {
        best = proposal;
      }
    }
    return best;
  }

  private Map<String, List<Proposal>> byMembers(UUID user, UUID connection) {
    Map<String, List<Proposal>> proposals = new HashMap<>();
    jdbc.sql(OVERLAPS)
        .param("user", user)
        .param("connection", connection)
        .param("least", SIMILAR_MEMBERS)
        .query(
            row -> {
              proposals
                  .computeIfAbsent(row.getString("resource_name"), none -> new ArrayList<>())
                  .add(new Proposal(row.getObject("group_id", UUID.class), row.getDouble("share")));
            });
    return proposals;
  }

  private Map<String, String> waiting(UUID connection) {
    Map<String, String> waiting = new HashMap<>();
    jdbc.sql(
            """
            SELECT resource_name, name FROM google_groups
            WHERE connection_id = :connection AND mapping = 'pending' AND removed_at IS NULL
            """)
        .param("connection", connection)
        .query(
            row -> {
              waiting.put(row.getString("resource_name"), row.getString("name"));
            });
    return waiting;
  }

  private List<Group> groups(UUID user) {
    return jdbc.sql(
            """
            SELECT id, name FROM contact_groups
            WHERE user_id = :user AND archived_at IS NULL ORDER BY name, id
            """)
        .param("user", user)
        .query((row, i) -> new Group(row.getObject("id", UUID.class), row.getString("name")))
        .list();
  }
}
