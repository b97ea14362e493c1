package dev.millrace.contacts;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * Finds the contacts that people are already: by Google's name for them, else by an address, else
 * by a number. All people of a page cost one query.
 */
@Component
class ContactMatches {

  /** A value that several contacts have says nothing, so their number is enough to know. */
  private static final String FIND =
      """
      WITH wanted AS (
        SELECT * FROM jsonb_to_recordset(:wanted::jsonb) AS w (kind text, value text))
      SELECT 'resource' AS kind, c.google_resource AS value, 1 AS contacts, c.id, c.name,
             c.google_etag, c.archived_by, true AS linked
      FROM wanted w
      JOIN contacts c ON c.user_id = :user AND c.google_resource = w.value
      WHERE w.kind = 'resource'
      UNION ALL
      SELECT f.kind, f.value, f.contacts, c.id, c.name, c.google_etag, c.archived_by,
             c.google_resource IS NOT NULL
      FROM (SELECT p.kind, p.value, count(*) AS contacts, (array_agg(p.contact_id))[1] AS one
            FROM wanted w
            JOIN contact_points p
              ON p.user_id = :user AND p.kind = w.kind AND p.value = w.value
            GROUP BY p.kind, p.value) f
      JOIN contacts c ON c.id = f.one
      """;

  private static final String RESOURCE = "resource";

  private final JdbcClient jdbc;
  private final ObjectMapper json;

  ContactMatches(JdbcClient jdbc, ObjectMapper json) {
    this.jdbc = jdbc;
    this.json = json;
  }

  /**
   * The contact that a person is.
   *
   * @param etag of the person when it was written last
   * @param linked whether it was known to be this person
   */
  record Match(UUID contact, String name, String etag, String archivedBy, boolean linked) {}

  private record Key(String kind, String value) {}

  private record Candidate(int contacts, Match match) {}

  /**
   * The matches by resource. Where several contacts come into question for a person, none is taken:
   * one too many is mended by hand, two wrongly made one are not. A contact stands for one person
   * only, the first that comes.
   */
  Map<String, Match> of(UUID user, Collection<Person> people) {
    Map<Key, Candidate> candidates = find(user, people);
    Map<String, Match> matches = new HashMap<>();
    Set<UUID> taken = new HashSet<>();
    for (Person person : people) {
      Candidate known = candidates.get(new Key(RESOURCE, person.resource()));
      if (known != null) {
        matches.put(person.resource(), known.match());
      }
    }
    for (Person person : people) {
      if (!matches.containsKey(person.resource())) {
        unlinked(person, candidates)
            .filter(match -> taken.add(match.contact()))
            .ifPresent(match -> matches.put(person.resource(), match));
      }
    }
    return matches;
  }

  private static Optional<Match> unlinked(Person person, Map<Key, Candidate> candidates) {
    List<Candidate> found = found(person, ContactPoint.EMAIL, candidates);
    if (found.isEmpty()) {
      found = found(person, ContactPoint.PHONE, candidates);
    }
    boolean certain =
        found.stream().allMatch(candidate -> candidate.contacts() == 1)
            && found.stream().map(candidate -> candidate.match().contact()).distinct().count() == 1;
    return certain
        ? Optional.of(found.getFirst().match()).filter(match -> !match.linked())
        : Optional.empty();
  }

  private static List<Candidate> found(Person person, String kind, Map<Key, Candidate> candidates) {
    return person.points().stream()
        .filter(point -> point.kind().equals(kind) && point.identifies())
        .map(point -> candidates.get(new Key(kind, point.value())))
        .filter(candidate -> candidate != null)
        .toList();
  }

  private Map<Key, Candidate> find(UUID user, Collection<Person> people) {
    Map<Key, Candidate> candidates = new HashMap<>();
    jdbc.sql(FIND)
        .param("user", user)
        .param("wanted", wanted(people))
        .query(
            row -> {
              boolean linked = row.getBoolean("linked");
              candidates.put(
                  new Key(row.getString("kind"), row.getString("value")),
                  new Candidate(
                      row.getInt("contacts"),
                      new Match(
                          row.getObject("id", UUID.class),
                          row.getString("name"),
                          row.getString("google_etag"),
                          row.getString("archived_by"),
                          linked)));
            });
    return candidates;
  }

  private String wanted(Collection<Person> people) {
    Set<Key> keys = new HashSet<>();
    for (Person person : people) {
      keys.add(new Key(RESOURCE, person.resource()));
      person.points().stream()
          .filter(ContactPoint::identifies)
          .forEach(point -> keys.add(new Key(point.kind(), point.value())));
    }
    ArrayNode wanted = json.createArrayNode();
    keys.forEach(key -> wanted.addObject().put("kind", key.kind()).put("value", key.value()));
    return wanted.toString();
  }
}
