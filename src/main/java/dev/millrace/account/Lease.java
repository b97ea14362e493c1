package dev.millrace.account;

import dev.millrace.job.SqlInstant;
import dev.millrace.job.WaitException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;

/** The right to sync one connection, in one process, until it is closed or runs out. */
public class Lease implements AutoCloseable {

  private final JdbcClient jdbc;
  private final Clock clock;
  private final UUID connectionId;
  private final String owner;
  private final Duration length;

  Lease(JdbcClient jdbc, Clock clock, UUID connectionId, String owner, Duration length) {
    this.jdbc = jdbc;
    this.clock = clock;
    this.connectionId = connectionId;
    this.owner = owner;
    this.length = length;
  }

  /**
   * Starts the lease anew. Called first in the transaction of each page, so that nothing is written
   * by somebody who lost it.
   *
   * @throws WaitException if it ran out and somebody else took it
   */
  public void renew() {
    Instant now = clock.instant();
    boolean held =
        jdbc.sql(
                    """
                    UPDATE sync_state SET lease_until = :until
                    WHERE connection_id = :id AND lease_owner = :owner""")
                .param("until", SqlInstant.of(now.plus(length)))
                .param("id", connectionId)
                .param("owner", owner)
                .update()
            == 1;
    if (!held) {
      throw lost(now);
    }
  }

  String owner() {
    return owner;
  }

  static WaitException lost(Instant now) {
    return new WaitException(now.plus(SyncStates.LEASE_RETRY), "lease_lost");
  }

  /** Gives the lease back, if it is still held. */
  @Override
  public void close() {
    jdbc.sql(
            """
            UPDATE sync_state SET lease_owner = NULL, lease_until = NULL
            WHERE connection_id = :id AND lease_owner = :owner""")
        .param("id", connectionId)
        .param("owner", owner)
        .update();
  }
}
