package dev.millrace.account;

import dev.millrace.job.SqlInstant;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * Lets one at a time ask Google for a connection's next token: in this process by a lock, among
 * processes by a lease in the row. Neither holds a database connection, of which there are fewer
 * than jobs.
 *
 * <p>It only spares requests. What keeps tokens right is that every write compares the version.
 */
@Component
class RefreshTurns {

  /** More than the rest of a renewal takes. */
  private static final Duration MARGIN = Duration.ofSeconds(15);

  private final ConcurrentHashMap<UUID, Turn> turns = new ConcurrentHashMap<>();
  private final JdbcClient jdbc;
  private final Clock clock;
  private final Duration lease;

  RefreshTurns(JdbcClient jdbc, GoogleProperties google, Clock clock) {
    this.jdbc = jdbc;
    this.clock = clock;
    this.lease = google.connectTimeout().plus(google.readTimeout()).plus(MARGIN);
  }

  /**
   * Does the work when it is its turn; waits for others of this process, who are bound by Google's
   * time-outs.
   *
   * @return what the work returns; empty if another process is at it
   */
  <T> Optional<T> take(UUID connectionId, Supplier<T> work) {
    Turn turn = turns.compute(connectionId, (id, known) -> entered(known));
    turn.lock.lock();
    try {
      return leased(connectionId, work);
    } finally {
      turn.lock.unlock();
      turns.compute(connectionId, (id, known) -> left(known));
    }
  }

  private <T> Optional<T> leased(UUID connectionId, Supplier<T> work) {
    Instant now = clock.instant();
    Instant until = now.plus(lease);
    boolean held =
        jdbc.sql(
                    """
                    UPDATE google_connections SET refresh_lease_until = :until
                    WHERE id = :id AND refresh_lease_until > :now IS NOT TRUE""")
                .param("until", SqlInstant.of(until))
                .param("now", SqlInstant.of(now))
                .param("id", connectionId)
                .update()
            == 1;
    if (!held && exists(connectionId)) {
      return Optional.empty();
    }
    try {
      return Optional.of(work.get());
    } finally {
      release(connectionId, until);
    }
  }

  private boolean exists(UUID connectionId) {
    return jdbc.sql("SELECT EXISTS (SELECT FROM google_connections WHERE id = :id)")
        .param("id", connectionId)
        .query(Boolean.class)
        .single();
  }

  private void release(UUID connectionId, Instant until) {
    jdbc.sql(
            """
            UPDATE google_connections SET refresh_lease_until = NULL
            WHERE id = :id AND refresh_lease_until = :until""")
        .param("id", connectionId)
        .param("until", SqlInstant.of(until))
        .update();
  }

  private static Turn entered(Turn known) {
    Turn turn = known == null ? new Turn() : known;
    turn.users++;
    return turn;
  }

  private static Turn left(Turn turn) {
    turn.users--;
    return turn.users == 0 ? null : turn;
  }

  /** Users are counted under the map's lock of the key. */
  private static final class Turn {
    private final ReentrantLock lock = new ReentrantLock();
    private int users;
  }
}
