package dev.millrace.suggestion;

import dev.millrace.TestClock;
import dev.millrace.job.JobBeans;
import dev.millrace.job.Rows;
import dev.millrace.job.SqlInstant;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** A user with one calendar that was read just now, and the jobs that suggest something to them. */
final class SuggestionWorld implements AutoCloseable {

  final TestClock clock;
  final JobBeans beans;
  final Rows rows;
  final SuggestionGeneration generation;
  final SuggestionRegeneration regeneration;
  final UUID user;
  final UUID calendar;

  SuggestionWorld(String now) {
    this(now, "UTC");
  }

  SuggestionWorld(String now, String zone) {
    clock = new TestClock(now);
    beans = JobBeans.of(clock, "dev.millrace.suggestion");
    rows = beans.rows();
    generation = beans.get(SuggestionGeneration.class);
    regeneration = beans.get(SuggestionRegeneration.class);
    user = rows.user("ann@example.org", zone);
    UUID connection = rows.connection(user, "google_calendar");
    rows.syncState(connection, clock.instant(), clock.instant());
    calendar = rows.calendar(connection);
  }

  /** A contact not met for longer than any frequency allows but "yearly". */
  UUID contact(String name, String... tags) {
    UUID contact = rows.contact(user, name, "weekly", "2026-01-01T12:00:00Z");
    for (String tag : tags) {
      rows.add("INSERT INTO contact_tags (contact_id, tag) VALUES (:a, :b)", contact, tag);
    }
    return contact;
  }

  void group(String name, UUID... members) {
    UUID group =
        rows.add("INSERT INTO contact_groups (id, user_id, name) VALUES (:id, :a, :b)", user, name);
    for (UUID member : members) {
      rows.add(
          "INSERT INTO contact_group_members (group_id, contact_id) VALUES (:a, :b)",
          group,
          member);
    }
  }

  /** An event whose Google id is its title. */
  void event(String title, String start, String end, boolean busy) {
    rows.add(
        """
        INSERT INTO calendar_events (calendar_id, google_event_id, user_id, summary, start_at,
                                     end_at, busy, generation)
        VALUES (:a, :b, :c, :b, :d, :e, :f, 1)
        """,
        calendar,
        title,
        user,
        SqlInstant.of(Instant.parse(start)),
        SqlInstant.of(Instant.parse(end)),
        busy);
  }

  void place(String title, String location) {
    rows.add(
        "UPDATE calendar_events SET location = :b WHERE google_event_id = :a", title, location);
  }

  /** Makes a suggestion one about an event. */
  void about(UUID suggestion, String event) {
    rows.add(
        """
        UPDATE suggestions SET trigger = 'shared_activity', calendar_id = :b, google_event_id = :c
        WHERE id = :a
        """,
        suggestion,
        calendar,
        event);
  }

  void move(String event, String start, String end) {
    rows.add(
        """
        UPDATE calendar_events SET start_at = CAST(:b AS timestamptz), end_at = CAST(:c AS timestamptz)
        WHERE google_event_id = :a
        """,
        event,
        start,
        end);
  }

  Map<String, Integer> generate() {
    return generation.forUser(unit()).result();
  }

  Map<String, Integer> regenerate(String reason) {
    return regeneration.regenerate(Map.of("userId", user.toString(), "reason", reason)).result();
  }

  Map<String, Object> unit() {
    return Map.of("userId", user.toString());
  }

  /** Pending offers, earliest first, as {@code DD HH:MI-HH:MI names}, in UTC. */
  List<String> offers() {
    return beans.texts(
        """
        SELECT to_char(s.slot_start AT TIME ZONE 'UTC', 'DD HH24:MI-')
               || to_char(s.slot_end AT TIME ZONE 'UTC', 'HH24:MI ')
               || (SELECT string_agg(c.name, '+' ORDER BY c.name)
                   FROM suggestion_contacts sc JOIN contacts c ON c.id = sc.contact_id
                   WHERE sc.suggestion_id = s.id)
        FROM suggestions s WHERE s.state = 'pending' ORDER BY s.slot_start, s.id
        """);
  }

  /** The state of a suggestion, and why it was dismissed, if it was. */
  String state(UUID suggestion) {
    return beans.text(
        "SELECT concat_ws(' ', state, dismiss_reason) FROM suggestions WHERE id = '%s'"
            .formatted(suggestion));
  }

  @Override
  public void close() {
    beans.close();
  }
}
