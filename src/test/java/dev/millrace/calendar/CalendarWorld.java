package dev.millrace.calendar;

import dev.millrace.World;
import dev.millrace.job.SqlInstant;
import dev.millrace.sandbox.SandboxUser;
import dev.millrace.sandbox.calendar.EventDraft;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** One person with a connected calendar, and what a test asks of the copy. */
final class CalendarWorld implements AutoCloseable {

  final World world;
  final SandboxUser person;
  final UUID user;
  final UUID connection;
  final CalendarSync sync;

  CalendarWorld(Map<String, Object> settings) {
    this(settings, 0);
  }

  CalendarWorld(Map<String, Object> settings, int number) {
    world = new World(settings);
    World.Connected connected = world.connectCalendar(world.person(number));
    person = connected.person();
    user = connected.user();
    connection = connected.connection();
    sync = world.bean(CalendarSync.class);
  }

  CalendarSyncResult sync(String trigger) {
    return sync(trigger, 0);
  }

  CalendarSyncResult sync(String trigger, int attemptsMade) {
    return sync.run(Map.of("userId", user.toString(), "trigger", trigger), "job", attemptsMade);
  }

  /** Adds an hour's event that begins so long after now. */
  String add(String summary, Duration ahead) {
    return world
        .sandbox
        .calendars()
        .add(
            person.email(),
            "primary",
            EventDraft.timed(
                summary, now().plus(ahead).atZone(ZoneOffset.UTC), Duration.ofHours(1)));
  }

  Instant now() {
    return world.clock.instant();
  }

  UUID primary() {
    return world
        .jdbc
        .sql("SELECT id FROM calendars WHERE connection_id = :id AND is_primary")
        .param("id", connection)
        .query(UUID.class)
        .single();
  }

  List<String> summaries() {
    return world
        .jdbc
        .sql("SELECT summary FROM calendar_events WHERE user_id = :id ORDER BY start_at, summary")
        .param("id", user)
        .query(String.class)
        .list();
  }

  int rows() {
    return count("SELECT count(*) FROM calendar_events");
  }

  int count(String sql) {
    return world.jdbc.sql(sql).query(Integer.class).single();
  }

  String text(String sql) {
    return world.jdbc.sql(sql).query(String.class).optional().orElse(null);
  }

  Instant instant(String sql) {
    return world.jdbc.sql(sql).query((row, i) -> SqlInstant.read(row, "at")).list().getFirst();
  }

  /** Result and reason of each run, oldest first. */
  List<String> runs() {
    return world
        .jdbc
        .sql(
            """
            SELECT concat_ws(' ', trigger, mode, result, reason) FROM sync_runs
            WHERE connection_id = :id ORDER BY id""")
        .param("id", connection)
        .query(String.class)
        .list();
  }

  @Override
  public void close() {
    world.close();
  }
}
