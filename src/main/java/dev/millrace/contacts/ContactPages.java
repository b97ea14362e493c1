package dev.millrace.contacts;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import dev.millrace.contacts.ContactMatches.Match;
import dev.millrace.job.SqlInstant;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * Writes a page of people: a handful of statements, whatever their number. What the user changed
 * here stays, and notes, frequency and history are not touched at all.
 */
@Component
class ContactPages {

  /**
   * A contact that Google deleted and restored comes back; one that the user archived does not. Of
   * a contact that the user entered, Google fills in and corrects, but empties nothing.
   */
  private static final String UPSERT =
      """
      INSERT INTO contacts AS c (id, user_id, name, organization, location, source, google_resource,
                                 google_etag, google_generation, created_at, updated_at)
      SELECT r.id, :user, r.name, r.organization, r.location, 'google', r.resource,
             r.etag, :generation, :now, :now
      FROM jsonb_to_recordset(:rows::jsonb) AS r
        (id uuid, name text, organization text, location text, resource text, etag text)
      ON CONFLICT (id) DO UPDATE SET
        name = CASE WHEN 'name' = ANY (c.user_edited) THEN c.name ELSE EXCLUDED.name END,
        organization = CASE WHEN 'organization' = ANY (c.user_edited) THEN c.organization
                            WHEN c.source = 'manual'
                            THEN coalesce(EXCLUDED.organization, c.organization)
                            ELSE EXCLUDED.organization END,
        location = CASE WHEN 'location' = ANY (c.user_edited) THEN c.location
                        WHEN c.source = 'manual' THEN coalesce(EXCLUDED.location, c.location)
                        ELSE EXCLUDED.location END,
        google_resource = EXCLUDED.google_resource,
        google_etag = EXCLUDED.google_etag,
        google_generation = EXCLUDED.google_generation,
        archived_at = CASE WHEN c.archived_by = 'google_delete' THEN NULL ELSE c.archived_at END,
        archived_by = CASE WHEN c.archived_by = 'google_delete' THEN NULL ELSE c.archived_by END,
        updated_at = CASE WHEN c.google_etag IS DISTINCT FROM EXCLUDED.google_etag
                          THEN EXCLUDED.updated_at ELSE c.updated_at END
      """;

  /** A plan that was made while the tables were empty would be kept for the thousands after. */
  private static final String PLAN_AFRESH = "SET LOCAL plan_cache_mode = force_custom_plan";

  private final JdbcClient jdbc;
  private final ObjectMapper json;
  private final Clock clock;
  private final ContactMatches matches;
  private final ContactDetails details;
  private final ContactArchive archive;

  ContactPages(
      JdbcClient jdbc,
      ObjectMapper json,
      Clock clock,
      ContactMatches matches,
      ContactDetails details,
      ContactArchive archive) {
    this.jdbc = jdbc;
    this.json = json;
    this.clock = clock;
    this.matches = matches;
    this.details = details;
    this.archive = archive;
  }

  /** Writes the page inside the caller's transaction and answers what changed. */
  ContactChanges write(UUID user, List<Person> page, long generation) {
    jdbc.sql(PLAN_AFRESH).update();
    // a person listed twice would be one row written twice in one statement
    Map<String, Person> people = new LinkedHashMap<>();
    page.forEach(person -> people.put(person.resource(), person));
    List<String> deleted =
        people.values().stream().filter(Person::deleted).map(Person::resource).toList();
    int archived = deleted.isEmpty() ? 0 : archive.deleted(user, deleted);
    List<Person> living = people.values().stream().filter(person -> !person.deleted()).toList();
    return save(user, living, generation).plus(new ContactChanges(0, 0, archived, 0, 0));
  }

  private ContactChanges save(UUID user, Collection<Person> people, long generation) {
    if (people.isEmpty()) {
      return ContactChanges.NONE;
    }
    Map<String, Match> matched = matches.of(user, people);
    ArrayNode rows = json.createArrayNode();
    Map<UUID, Person> written = new LinkedHashMap<>();
    List<ContactChanges> changes = new ArrayList<>();
    for (Person person : people) {
      Match match = matched.get(person.resource());
      String name = name(person, match);
      if (name == null) {
        changes.add(new ContactChanges(0, 0, 0, 0, 1));
        continue;
      }
      UUID id = match == null ? UUID.randomUUID() : match.contact();
      rows.addObject()
          .put("id", id.toString())
          .put("name", name)
          .put("organization", person.organization())
          .put("location", person.location())
          .put("resource", person.resource())
          .put("etag", person.etag());
      written.put(id, person);
      changes.add(change(person, match));
    }
    if (!written.isEmpty()) {
      jdbc.sql(UPSERT)
          .param("user", user)
          .param("generation", generation)
          .param("now", SqlInstant.of(clock.instant()))
          .param("rows", rows.toString())
          .update();
      details.write(user, written);
    }
    return changes.stream().reduce(ContactChanges.NONE, ContactChanges::plus);
  }

  /** What somebody was called once stays better than an address of theirs. */
  private static String name(Person person, Match match) {
    return person.named() || match == null ? person.name() : match.name();
  }

  private static ContactChanges change(Person person, Match match) {
    if (match == null) {
      return new ContactChanges(1, 0, 0, 0, 0);
    }
    if (ContactArchive.BY_GOOGLE.equals(match.archivedBy())) {
      return new ContactChanges(0, 0, 0, 1, 0);
    }
    boolean same = match.linked() && person.etag() != null && person.etag().equals(match.etag());
    return new ContactChanges(0, same ? 0 : 1, 0, 0, 0);
  }
}
