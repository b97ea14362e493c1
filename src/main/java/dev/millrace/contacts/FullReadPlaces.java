package dev.millrace.contacts;

import dev.millrace.account.SyncStates;
import dev.millrace.job.Quota;
import dev.millrace.job.SqlInstant;
import dev.millrace.job.WaitException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * How many full reads there may be, of all instances together: Google has a small quota for first
 * pages, which all users share. Who finds no room gets a turn and comes back then, instead of
 * asking again and again. Who finds no room even then stays ahead of all who came later.
 */
@Component
class FullReadPlaces {

  /** Name of the limit on starts, as in {@code millrace.rate-limits}. */
  static final String LIMIT = "google-people-full";

  private static final String TAKE =
      """
      UPDATE full_read_places SET owner = :owner, held_until = :until
      WHERE place = (SELECT place FROM full_read_places
                     WHERE place <= :most AND (held_until IS NULL OR held_until <= :now)
                     ORDER BY place LIMIT 1 FOR UPDATE SKIP LOCKED)
      RETURNING place
      """;

  /** Turns follow each other, so that those who wait do not all come back at once. */
  private static final String TURN =
      """
      UPDATE contacts_sync
      SET full_turn_at = greatest(
        :earliest, (SELECT max(full_turn_at) FROM contacts_sync) + CAST(:gap AS interval))
      WHERE connection_id = :id
      RETURNING full_turn_at
      """;

  /** Those whose turn came before, but not so long before that they hardly come any more. */
  private static final String AHEAD =
      """
      SELECT count(*) FROM contacts_sync WHERE full_turn_at < :turn AND full_turn_at > :oldest
      """;

  private static final Duration COMING = Duration.ofHours(1);

  private final JdbcClient jdbc;
  private final Clock clock;
  private final Quota quota;
  private final ContactsSyncProperties settings;

  FullReadPlaces(JdbcClient jdbc, Clock clock, Quota quota, ContactsSyncProperties settings) {
    this.jdbc = jdbc;
    this.clock = clock;
    this.quota = quota;
    this.settings = settings;
  }

  /**
   * Takes a place until it is closed.
   *
   * @param urgent whether a user looks on, who is not made to queue behind the others
   * @throws WaitException if there is no room now
   */
  Place take(UUID connection, boolean urgent) {
    Instant now = clock.instant();
    Optional<Instant> turn = turnOf(connection);
    if (!urgent && turn.filter(now::isBefore).isPresent()) {
      throw new WaitException(turn.get(), "full_reads_busy");
    }
    String owner = UUID.randomUUID().toString();
    Optional<Integer> taken = free(owner, now);
    if (taken.isEmpty()) {
      throw later(connection, urgent, turn, now.plus(SyncStates.LEASE_RETRY));
    }
    Place place = new Place(taken.get(), owner);
    try {
      quota.take(LIMIT, "all");
    } catch (WaitException full) {
      place.close();
      throw later(connection, urgent, turn, full.until());
    } catch (RuntimeException failure) {
      place.close();
      throw failure;
    }
    jdbc.sql(
            """
            UPDATE contacts_sync SET full_turn_at = NULL
            WHERE connection_id = :id AND full_turn_at IS NOT NULL
            """)
        .param("id", connection)
        .update();
    return place;
  }

  private Optional<Instant> turnOf(UUID connection) {
    return jdbc.sql(
            "SELECT full_turn_at FROM contacts_sync WHERE connection_id = :id"
                + " AND full_turn_at IS NOT NULL")
        .param("id", connection)
        .query((row, i) -> SqlInstant.read(row, "full_turn_at"))
        .optional();
  }

  private Optional<Integer> free(String owner, Instant now) {
    jdbc.sql(
            """
            INSERT INTO full_read_places (place)
            SELECT generate_series(1, :most) ON CONFLICT DO NOTHING
            """)
        .param("most", settings.fullAtOnce())
        .update();
    return jdbc.sql(TAKE)
        .param("owner", owner)
        .param("until", SqlInstant.of(now.plus(settings.lease())))
        .param("most", settings.fullAtOnce())
        .param("now", SqlInstant.of(now))
        .query(Integer.class)
        .optional();
  }

  private WaitException later(
      UUID connection, boolean urgent, Optional<Instant> had, Instant earliest) {
    if (urgent) {
      return new WaitException(earliest, "full_reads_busy");
    }
    Instant turn = had.isPresent() ? earliest.plus(ahead(had.get())) : turn(connection, earliest);
    return new WaitException(turn, "full_reads_busy");
  }

  /** What those take who have waited longer. */
  private Duration ahead(Instant turn) {
    return settings
        .fullGap()
        .multipliedBy(
            jdbc.sql(AHEAD)
                .param("turn", SqlInstant.of(turn))
                .param("oldest", SqlInstant.of(clock.instant().minus(COMING)))
                .query(Long.class)
                .single());
  }

  private Instant turn(UUID connection, Instant earliest) {
    return jdbc.sql(TURN)
        .param("earliest", SqlInstant.of(earliest))
        .param("gap", settings.fullGap().toMillis() + " milliseconds")
        .param("id", connection)
        .query((row, i) -> SqlInstant.read(row, "full_turn_at"))
        .single();
  }

  /** One of the places, held by one read. */
  final class Place implements AutoCloseable {

    private final int number;
    private final String owner;

    private Place(int number, String owner) {
      this.number = number;
      this.owner = owner;
    }

    /** Starts the time anew for which it is held; a read of many pages takes long. */
    void renew() {
      Duration time = settings.lease();
      jdbc.sql(
              """
              UPDATE full_read_places SET held_until = :until
              WHERE place = :place AND owner = :owner
              """)
          .param("until", SqlInstant.of(clock.instant().plus(time)))
          .param("place", number)
          .param("owner", owner)
          .update();
    }

    @Override
    public void close() {
      jdbc.sql(
              """
              UPDATE full_read_places SET owner = NULL, held_until = NULL
              WHERE place = :place AND owner = :owner
              """)
          .param("place", number)
          .param("owner", owner)
          .update();
    }
  }
}
