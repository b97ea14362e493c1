package dev.millrace.account;

import dev.millrace.job.SqlInstant;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** What a user granted, for that user: everything but the tokens. */
@Component
public class GrantOverview {

  private final JdbcClient jdbc;

  public GrantOverview(JdbcClient jdbc) {
    this.jdbc = jdbc;
  }

  /**
   * One integration of a user.
   *
   * @param reason why it has to be connected again, e.g. {@code invalid_grant}; null = nothing
   * @param googleEmail of the account; null where Google did not say
   * @param lastSyncAt null before the first success
   */
  public record Grant(
      UUID connectionId,
      GrantStatus status,
      String reason,
      String googleEmail,
      List<String> scopes,
      Instant connectedAt,
      Instant lastSyncAt) {

    public boolean live() {
      return status != GrantStatus.DISCONNECTED;
    }
  }

  /** The grant, dead or alive; empty if the user never connected this. */
  public Optional<Grant> find(UUID user, Integration integration) {
    return jdbc.sql(
            """
            SELECT c.id, c.status, c.status_reason, c.google_email, c.scopes, c.connected_at,
                   s.last_success_at
            FROM google_connections c LEFT JOIN sync_state s ON s.connection_id = c.id
            WHERE c.user_id = :user AND c.integration = :integration::integration""")
        .param("user", user)
        .param("integration", integration.sql())
        .query(GrantOverview::row)
        .optional();
  }

  private static Grant row(ResultSet row, int i) throws SQLException {
    return new Grant(
        row.getObject("id", UUID.class),
        GrantStatus.of(row.getString("status")),
        row.getString("status_reason"),
        row.getString("google_email"),
        List.of((String[]) row.getArray("scopes").getArray()),
        SqlInstant.read(row, "connected_at"),
        SqlInstant.read(row, "last_success_at"));
  }
}
