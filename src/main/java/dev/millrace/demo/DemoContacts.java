package dev.millrace.demo;

import dev.millrace.job.SqlInstant;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * Gives a demo user a few people who wait, two of whom belong together: what comes from Google was
 * added today, so that nobody of it is due for weeks.
 */
@Component
class DemoContacts {

  private static final List<Waiting> WAITING =
      List.of(
          new Waiting("Ada Lind", "weekly", true, 20, List.of("Climbing", "School")),
          new Waiting("Ben Okoro", "biweekly", true, 45, List.of("Climbing", "School")),
          new Waiting("Carla Novak", "monthly", false, 75, List.of("School")),
          new Waiting("Dan Rivera", "quarterly", false, 120, List.of()));

  private static final List<String> TAGS = List.of("climbing", "cooking", "sailing");

  private final JdbcClient jdbc;
  private final Clock clock;

  DemoContacts(JdbcClient jdbc, Clock clock) {
    this.jdbc = jdbc;
    this.clock = clock;
  }

  private record Waiting(
      String name, String frequency, boolean closeFriend, int daysAgo, List<String> groups) {}

  /** To be called once for a user, in the transaction that makes it. */
  void insert(UUID user) {
    WAITING.forEach(person -> insert(user, person));
  }

  private void insert(UUID user, Waiting person) {
    UUID contact =
        jdbc.sql(
                """
                INSERT INTO contacts (user_id, name, frequency, close_friend, last_contact_at)
                VALUES (:user, :name, CAST(:frequency AS contact_freq), :friend, :last)
                RETURNING id
                """)
            .param("user", user)
            .param("name", person.name())
            .param("frequency", person.frequency())
            .param("friend", person.closeFriend())
            .param("last", SqlInstant.of(clock.instant().minus(Duration.ofDays(person.daysAgo()))))
            .query(UUID.class)
            .single();
    person.groups().forEach(group -> join(user, contact, group));
    if (person.closeFriend()) {
      TAGS.forEach(
          tag ->
              jdbc.sql("INSERT INTO contact_tags (contact_id, tag) VALUES (:contact, :tag)")
                  .param("contact", contact)
                  .param("tag", tag)
                  .update());
    }
  }

  private void join(UUID user, UUID contact, String group) {
    jdbc.sql(
            """
            INSERT INTO contact_groups (user_id, name) VALUES (:user, :name)
            ON CONFLICT (user_id, lower(name)) WHERE archived_at IS NULL DO NOTHING
            """)
        .param("user", user)
        .param("name", group)
        .update();
    jdbc.sql(
            """
            INSERT INTO contact_group_members (group_id, contact_id)
            SELECT id, :contact FROM contact_groups WHERE user_id = :user AND name = :name
            """)
        .param("contact", contact)
        .param("user", user)
        .param("name", group)
        .update();
  }
}
