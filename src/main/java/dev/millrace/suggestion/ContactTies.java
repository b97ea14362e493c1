package dev.millrace.suggestion;

import dev.millrace.job.SqlInstant;
import java.time.Duration;
import java.time.Instant;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Reads what some contacts have in common: one query, whatever their number. */
@Component
class ContactTies {

  /** Meetings longer ago say little about who sees whom. */
  static final Duration RECENT = Duration.ofDays(90);

  private static final String TIES =
      """
      SELECT m.contact_id, 'group' AS kind, g.id::text AS key, g.name AS label
      FROM contact_group_members m JOIN contact_groups g ON g.id = m.group_id
      WHERE m.contact_id = ANY (:contacts) AND g.archived_at IS NULL
      UNION ALL
      SELECT contact_id, 'tag', tag, tag FROM contact_tags WHERE contact_id = ANY (:contacts)
      UNION ALL
      SELECT contact_id, 'meeting', coalesce(suggestion_id::text, kind || ' ' || happened_at), ''
      FROM interactions
      WHERE contact_id = ANY (:contacts) AND happened_at > :since AND happened_at <= :now
      """;

  private final JdbcClient jdbc;

  ContactTies(JdbcClient jdbc) {
    this.jdbc = jdbc;
  }

  /** Something that at least two have; {@code members} are positions in the list asked for. */
  record Tie(String kind, String label, BitSet members) {}

  /** What at least two of the contacts share, always in the same order. */
  List<Tie> among(List<DueContact> contacts, Instant now) {
    Map<UUID, Integer> positions = new HashMap<>();
    for (int position = 0; position < contacts.size(); position++) {
      positions.put(contacts.get(position).id(), position);
    }
    Map<String, Tie> ties = new TreeMap<>();
    jdbc.sql(TIES)
        .param("contacts", positions.keySet().toArray(UUID[]::new))
        .param("since", SqlInstant.of(now.minus(RECENT)))
        .param("now", SqlInstant.of(now))
        .query(
            row -> {
              String kind = row.getString("kind");
              String label = row.getString("label");
              ties.computeIfAbsent(
                      kind + ' ' + label + ' ' + row.getString("key"),
                      key -> new Tie(kind, label, new BitSet()))
                  .members()
                  .set(positions.get(row.getObject("contact_id", UUID.class)));
            });
    return ties.values().stream().filter(tie -> tie.members().cardinality() > 1).toList();
  }
}
