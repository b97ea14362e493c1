package dev.millrace.contacts;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * What contacts have several of: addresses, numbers, memberships in Google's groups. Only what
 * differs is written, and what the user entered is left alone.
 *
 * <p>{@code NOT IN} is hashed whatever the planner believes of the size of a page; {@code NOT
 * EXISTS} would compare each row with each.
 */
@Component
class ContactDetails {

  private static final String POINTS =
      """
      WITH listed AS (
        SELECT * FROM jsonb_to_recordset(:rows::jsonb)
          AS r (contact uuid, kind text, value text, is_primary boolean)),
      gone AS (
        DELETE FROM contact_points p
        WHERE p.contact_id = ANY (CAST(:contacts AS uuid[])) AND p.source = 'google'
          AND (p.contact_id, p.kind, p.value) NOT IN (SELECT contact, kind, value FROM listed))
      INSERT INTO contact_points AS p (contact_id, user_id, kind, value, is_primary, source)
      SELECT l.contact, :user, l.kind, l.value, l.is_primary, 'google' FROM listed l
      ON CONFLICT (contact_id, kind, value) DO UPDATE SET is_primary = EXCLUDED.is_primary
      WHERE p.source = 'google' AND p.is_primary <> EXCLUDED.is_primary
      """;

  private static final String MEMBERSHIPS =
      """
      WITH listed AS (
        SELECT * FROM jsonb_to_recordset(:rows::jsonb) AS r (contact uuid, resource text)),
      gone AS (
        DELETE FROM google_group_members m
        WHERE m.contact_id = ANY (CAST(:contacts AS uuid[]))
          AND (m.contact_id, m.resource_name) NOT IN (SELECT contact, resource FROM listed))
      INSERT INTO google_group_members (contact_id, resource_name)
      SELECT l.contact, l.resource FROM listed l
      ON CONFLICT DO NOTHING
      """;

  private final JdbcClient jdbc;
  private final ObjectMapper json;

  ContactDetails(JdbcClient jdbc, ObjectMapper json) {
    this.jdbc = jdbc;
    this.json = json;
  }

  void write(UUID user, Map<UUID, Person> people) {
    ArrayNode points = json.createArrayNode();
    ArrayNode memberships = json.createArrayNode();
    people.forEach(
        (contact, person) -> {
          for (ContactPoint point : person.points()) {
            points
                .addObject()
                .put("contact", contact.toString())
                .put("kind", point.kind())
                .put("value", point.value())
                .put("is_primary", point.primary());
          }
          for (String group : person.groups()) {
            memberships.addObject().put("contact", contact.toString()).put("resource", group);
          }
        });
    write(POINTS, user, people.keySet(), points);
    write(MEMBERSHIPS, user, people.keySet(), memberships);
  }

  private void write(String sql, UUID user, Set<UUID> contacts, ArrayNode rows) {
    jdbc.sql(sql)
        .param("user", user)
        .param("contacts", contacts.stream().map(UUID::toString).toArray(String[]::new))
        .param("rows", rows.toString())
        .update();
  }
}
