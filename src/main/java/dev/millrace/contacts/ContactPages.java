package dev.millrace.contacts;

import dev.millrace.job.SqlInstant;
import java.time.Clock;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.springframework.jdbc.core.namedparam.MapSqlParameterSource;
import org.springframework.jdbc.core.namedparam.NamedParameterJdbcTemplate;
import org.springframework.jdbc.core.namedparam.SqlParameterSource;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * Writes a page of people: a handful of statements, whatever their number. What the user changed
 * here stays, and notes, frequency and history are not touched at all.
 */
@Component
class ContactPages {

  private static final String KNOWN =
      """
      SELECT id, google_resource, google_etag, archived_by FROM contacts
      WHERE user_id = :user AND google_resource IN (:resources)
      """;

  /** A contact that Google deleted and restored comes back; one that the user archived does not. */
  private static final String UPSERT =
      """
      INSERT INTO contacts AS c (id, user_id, name, organization, location, source, google_resource,
                                 google_etag, google_generation, created_at, updated_at)
      VALUES (:id, :user, :name, :organization, :location, 'google', :resource,
              :etag, :generation, :now, :now)
      ON CONFLICT (user_id, google_resource) WHERE google_resource IS NOT NULL DO UPDATE SET
        name = CASE WHEN 'name' = ANY (c.user_edited) THEN c.name ELSE EXCLUDED.name END,
        organization = CASE WHEN 'organization' = ANY (c.user_edited)
                            THEN c.organization ELSE EXCLUDED.organization END,
        location = CASE WHEN 'location' = ANY (c.user_edited)
                        THEN c.location ELSE EXCLUDED.location END,
        google_etag = EXCLUDED.google_etag,
        google_generation = EXCLUDED.google_generation,
        archived_at = CASE WHEN c.archived_by = 'google_delete' THEN NULL ELSE c.archived_at END,
        archived_by = CASE WHEN c.archived_by = 'google_delete' THEN NULL ELSE c.archived_by END,
        updated_at = CASE WHEN c.google_etag IS DISTINCT FROM EXCLUDED.google_etag
                          THEN EXCLUDED.updated_at ELSE c.updated_at END
      """;

  private static final String ARCHIVE =
      """
      UPDATE contacts SET archived_at = :now, archived_by = 'google_delete', updated_at = :now
      WHERE user_id = :user AND google_resource IN (:resources) AND archived_at IS NULL
      RETURNING id
      """;

  private static final String DISMISS =
      """
      UPDATE suggestions
      SET state = 'dismissed', snoozed_until = NULL, dismiss_reason = 'contact_removed'
      WHERE id IN (SELECT suggestion_id FROM suggestion_contacts
                   WHERE contact_id IN (:contacts) AND is_open)
      """;

  private static final String ADD_POINT =
      """
      INSERT INTO contact_points (contact_id, user_id, kind, value, is_primary, source)
      VALUES (:contact, :user, :kind, :value, :primary, 'google')
      ON CONFLICT (contact_id, kind, value) DO NOTHING
      """;

  private final JdbcClient jdbc;
  private final NamedParameterJdbcTemplate batches;
  private final Clock clock;

  ContactPages(JdbcClient jdbc, NamedParameterJdbcTemplate batches, Clock clock) {
    this.jdbc = jdbc;
    this.batches = batches;
    this.clock = clock;
  }

  private record Known(UUID id, String etag, String archivedBy) {}

  /** Writes the page inside the caller's transaction and answers what changed. */
  ContactChanges write(UUID user, List<Person> people, long generation) {
    List<Person> deleted = people.stream().filter(Person::deleted).toList();
    List<Person> named =
        people.stream().filter(person -> !person.deleted() && person.name() != null).toList();
    int archived = archive(user, deleted);
    int ignored = people.size() - deleted.size() - named.size();
    return save(user, named, generation).plus(new ContactChanges(0, 0, archived, 0, ignored));
  }

  private int archive(UUID user, List<Person> deleted) {
    if (deleted.isEmpty()) {
      return 0;
    }
    List<UUID> archived =
        jdbc.sql(ARCHIVE)
            .param("now", now())
            .param("user", user)
            .param("resources", deleted.stream().map(Person::resource).toList())
            .query(UUID.class)
            .list();
    if (!archived.isEmpty()) {
      jdbc.sql(DISMISS).param("contacts", archived).update();
    }
    return archived.size();
  }

  private ContactChanges save(UUID user, List<Person> people, long generation) {
    if (people.isEmpty()) {
      return ContactChanges.NONE;
    }
    Map<String, Known> known = known(user, people);
    int imported = 0;
    int updated = 0;
    int restored = 0;
    List<SqlParameterSource> contacts = new ArrayList<>();
    List<SqlParameterSource> points = new ArrayList<>();
    List<UUID> ids = new ArrayList<>();
    for (Person person : people) {
      Known before = known.get(person.resource());
      UUID id = before == null ? UUID.randomUUID() : before.id();
      if (before == null) {
        imported++;
      } else if ("google_delete".equals(before.archivedBy())) {
        restored++;
      } else if (person.etag() == null || !person.etag().equals(before.etag())) {
        updated++;
      }
      ids.add(id);
      contacts.add(contact(id, user, person, generation));
      person.points().forEach(point -> points.add(point(id, user, point)));
    }
    batches.batchUpdate(UPSERT, contacts.toArray(SqlParameterSource[]::new));
    jdbc.sql("DELETE FROM contact_points WHERE contact_id IN (:ids) AND source = 'google'")
        .param("ids", ids)
        .update();
    batches.batchUpdate(ADD_POINT, points.toArray(SqlParameterSource[]::new));
    return new ContactChanges(imported, updated, 0, restored, 0);
  }

  private Map<String, Known> known(UUID user, List<Person> people) {
    Map<String, Known> known = new HashMap<>();
    jdbc.sql(KNOWN)
        .param("user", user)
        .param("resources", people.stream().map(Person::resource).toList())
        .query(
            rs -> {
              known.put(
                  rs.getString("google_resource"),
                  new Known(
                      rs.getObject("id", UUID.class),
                      rs.getString("google_etag"),
                      rs.getString("archived_by")));
            });
    return known;
  }

  private SqlParameterSource contact(UUID id, UUID user, Person person, long generation) {
    return new MapSqlParameterSource()
        .addValue("id", id)
        .addValue("user", user)
        .addValue("name", person.name())
        .addValue("organization", person.organization())
        .addValue("location", person.location())
        .addValue("resource", person.resource())
        .addValue("etag", person.etag())
        .addValue("generation", generation)
        .addValue("now", now());
  }

  private static SqlParameterSource point(UUID contact, UUID user, Person.Point point) {
    return new MapSqlParameterSource()
        .addValue("contact", contact)
        .addValue("user", user)
        .addValue("kind", point.kind())
        .addValue("value", point.value())
        .addValue("primary", point.primary());
  }

  private OffsetDateTime now() {
    return SqlInstant.of(clock.instant());
  }
}
