package dev.millrace.calendar;

import dev.millrace.account.SyncStates;
import dev.millrace.job.SqlInstant;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionOperations;

/** Which of a user's calendars are read; the user's own choice. */
@Component
public class CalendarChoice {

  private final JdbcClient jdbc;
  private final Calendars calendars;
  private final ChannelStop channels;
  private final SyncStates states;
  private final TransactionOperations transaction;

  CalendarChoice(
      JdbcClient jdbc,
      Calendars calendars,
      ChannelStop channels,
      SyncStates states,
      TransactionOperations transaction) {
    this.jdbc = jdbc;
    this.calendars = calendars;
    this.channels = channels;
    this.states = states;
    this.transaction = transaction;
  }

  /**
   * One calendar.
   *
   * @param syncedAt when it was last read to its end; null = never
   * @param skipReason why it could not be read; null = it could
   * @param pushed whether Google announces its changes
   */
  public record Listed(
      UUID id,
      String name,
      String timeZone,
      boolean primary,
      boolean selected,
      Instant syncedAt,
      String skipReason,
      boolean pushed) {}

  /**
   * What a choice changed.
   *
   * @param added ids that are read from now on
   * @param dropped ids whose events are gone
   */
  public record Change(Set<UUID> added, Set<UUID> dropped) {}

  /** The calendars of what is connected, the primary first; those that Google lists no more not. */
  public List<Listed> of(UUID user) {
    return jdbc.sql(
            """
            SELECT c.id, c.name, c.time_zone, c.is_primary, c.selected, c.synced_at, c.skip_reason,
                   EXISTS (SELECT FROM watch_channels w WHERE w.calendar_id = c.id
                     AND w.state = 'active' AND w.confirmed_at IS NOT NULL) AS pushed
            FROM calendars c JOIN google_connections g ON g.id = c.connection_id
            WHERE c.user_id = :user AND c.removed_at IS NULL AND g.status <> 'disconnected'
            ORDER BY c.is_primary DESC, lower(c.name), c.id""")
        .param("user", user)
        .query(CalendarChoice::row)
        .list();
  }

  /**
   * Reads these calendars from now on and no others. Events of the others are gone at once, and
   * Google is told to announce nothing more of them. What is added makes the connection due,
   * whether or not a job for it can be added.
   *
   * @param connectionId of the user's calendars
   * @param ids some of {@link #of}, and at least one
   */
  public Change choose(UUID user, UUID connectionId, Collection<UUID> ids) {
    Change change =
        transaction.execute(
            status -> {
              // First, because a page that is being stored holds the same row. A sync that goes on
              // afterwards would fill what is emptied here; it begins anew and reads the choice.
              states.interrupt(connectionId);
              Change wanted = change(of(user), Set.copyOf(ids));
              wanted.dropped().forEach(calendars::deselect);
              wanted.added().forEach(calendars::select);
              if (!wanted.added().isEmpty()) {
                states.hasten(connectionId);
              }
              return wanted;
            });
    channels.stop(change.dropped());
    return change;
  }

  private static Change change(List<Listed> all, Set<UUID> ids) {
    return new Change(
        all.stream()
            .filter(calendar -> ids.contains(calendar.id()) && !calendar.selected())
            .map(Listed::id)
            .collect(Collectors.toUnmodifiableSet()),
        all.stream()
            .filter(calendar -> !ids.contains(calendar.id()) && calendar.selected())
            .map(Listed::id)
            .collect(Collectors.toUnmodifiableSet()));
  }

  private static Listed row(ResultSet row, int i) throws SQLException {
    return new Listed(
        row.getObject("id", UUID.class),
        row.getString("name"),
        row.getString("time_zone"),
        row.getBoolean("is_primary"),
        row.getBoolean("selected"),
        SqlInstant.read(row, "synced_at"),
        row.getString("skip_reason"),
        row.getBoolean("pushed"));
  }
}
