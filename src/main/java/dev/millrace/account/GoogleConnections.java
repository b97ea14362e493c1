package dev.millrace.account;

import dev.millrace.job.SqlInstant;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Collectors;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** The rows of {@code google_connections}. Every change of a token is a compare-and-set. */
@Component
public class GoogleConnections {

  private static final String COLUMNS =
      """
      SELECT id, user_id, integration, scopes, access_token_enc, access_expires_at,
             refresh_token_enc, enc_key_id, status, status_reason, refresh_failures, token_version
      FROM google_connections
      """;

  /** Google's clock and ours differ, and a token must outlive the request that carries it. */
  private static final Duration EXPIRY_MARGIN = Duration.ofSeconds(60);

  private final JdbcClient jdbc;
  private final TokenCipher cipher;
  private final Clock clock;

  public GoogleConnections(JdbcClient jdbc, TokenCipher cipher, Clock clock) {
    this.jdbc = jdbc;
    this.cipher = cipher;
    this.clock = clock;
  }

  public Optional<GoogleConnection> find(UUID id) {
    return jdbc.sql(COLUMNS + "WHERE id = :id")
        .param("id", id)
        .query(GoogleConnections::row)
        .optional();
  }

  public Optional<GoogleConnection> find(UUID userId, Integration integration) {
    return jdbc.sql(COLUMNS + "WHERE user_id = :user AND integration = :integration::integration")
        .param("user", userId)
        .param("integration", integration.sql())
        .query(GoogleConnections::row)
        .optional();
  }

  /**
   * Keeps what the user granted, for the first time or again. An answer without a refresh token
   * leaves the stored one in place: Google sends it only with the user's first consent.
   *
   * @return the connection's id
   * @throws IllegalArgumentException if there is no refresh token at all
   */
  public UUID connect(UUID userId, Integration integration, String googleEmail, TokenGrant grant) {
    Optional<GoogleConnection> known = find(userId, integration);
    UUID id = known.map(GoogleConnection::id).orElseGet(UUID::randomUUID);
    Instant now = clock.instant();
    jdbc.sql(
            """
            INSERT INTO google_connections AS c
              (id, user_id, integration, google_email, scopes, access_token_enc, access_expires_at,
               refresh_token_enc, refresh_expires_at, enc_key_id, last_refreshed_at,
               next_refresh_at, connected_at, status_changed_at)
            VALUES (:id, :user, :integration::integration, :email, :scopes, :access,
                    :accessExpires, :refresh, :refreshExpires, :key, :now, :next, :now, :now)
            ON CONFLICT (id) DO UPDATE SET
              google_email = CASE c.status WHEN 'disconnected' THEN EXCLUDED.google_email
                             ELSE coalesce(EXCLUDED.google_email, c.google_email) END,
              scopes = EXCLUDED.scopes,
              access_token_enc = EXCLUDED.access_token_enc,
              access_expires_at = EXCLUDED.access_expires_at,
              refresh_token_enc = EXCLUDED.refresh_token_enc,
              refresh_expires_at = EXCLUDED.refresh_expires_at, enc_key_id = EXCLUDED.enc_key_id,
              status = 'active', status_reason = NULL,
              status_changed_at = CASE c.status WHEN 'active' THEN c.status_changed_at
                                  ELSE :now END,
              refresh_failures = 0, last_refreshed_at = :now, next_refresh_at = :next,
              token_version = c.token_version + 1, connected_at = :now""")
        .param("id", id)
        .param("user", userId)
        .param("integration", integration.sql())
        .param("email", googleEmail)
        .param("scopes", grant.scopes().toArray(String[]::new))
        .param("access", cipher.encrypt(id, grant.accessToken()))
        .param("accessExpires", SqlInstant.of(now.plus(grant.expiresIn()).minus(EXPIRY_MARGIN)))
        .param("refresh", cipher.encrypt(id, refreshToken(grant, known)))
        .param("refreshExpires", SqlInstant.of(after(now, grant.refreshExpiresIn())))
        .param("key", cipher.keyId())
        .param("now", SqlInstant.of(now))
        .param("next", SqlInstant.of(now.plus(Duration.ofHours(24))))
        .update();
    return id;
  }

  /**
   * Stores a refreshed token, unless somebody stored another since {@code read} was read.
   *
   * @return false if somebody did; their token is the one that counts
   */
  boolean store(GoogleConnection read, TokenGrant grant, Instant nextRefreshAt) {
    Instant now = clock.instant();
    List<String> scopes = grant.scopes().isEmpty() ? read.scopes() : grant.scopes();
    return jdbc.sql(
                """
                UPDATE google_connections SET
                  access_token_enc = :access, access_expires_at = :accessExpires,
                  refresh_token_enc = coalesce(:refresh, refresh_token_enc),
                  refresh_expires_at = coalesce(:refreshExpires, refresh_expires_at),
                  scopes = :scopes, refresh_failures = 0, last_refreshed_at = :now,
                  next_refresh_at = :next, token_version = token_version + 1
                WHERE id = :id AND token_version = :version AND status = 'active'""")
            .param("access", cipher.encrypt(read.id(), grant.accessToken()))
            .param("accessExpires", SqlInstant.of(now.plus(grant.expiresIn()).minus(EXPIRY_MARGIN)))
            .param("refresh", sealed(read.id(), grant.refreshToken()))
            .param("refreshExpires", SqlInstant.of(after(now, grant.refreshExpiresIn())))
            .param("scopes", scopes.toArray(String[]::new))
            .param("now", SqlInstant.of(now))
            .param("next", SqlInstant.of(nextRefreshAt))
            .param("id", read.id())
            .param("version", read.tokenVersion())
            .update()
        == 1;
  }

  /**
   * Notes that only the user can heal the connection, and forgets the access token.
   *
   * @param version the token's version that Google refused; a newer one is not meant
   * @return whether it was active until now
   */
  boolean needsReauth(UUID id, int version, String reason) {
    return jdbc.sql(
                """
                UPDATE google_connections SET
                  status = 'needs_reauth', status_reason = :reason, status_changed_at = :now,
                  access_token_enc = NULL, access_expires_at = NULL
                WHERE id = :id AND status = 'active' AND token_version = :version""")
            .param("reason", reason)
            .param("now", SqlInstant.of(clock.instant()))
            .param("id", id)
            .param("version", version)
            .update()
        == 1;
  }

  /** Notes a failure that will pass. The status stays what it is, however many there were. */
  void refreshFailed(GoogleConnection read, Instant nextRefreshAt) {
    jdbc.sql(
            """
            UPDATE google_connections
            SET refresh_failures = refresh_failures + 1, next_refresh_at = :next
            WHERE id = :id AND status = 'active' AND token_version = :version""")
        .param("next", SqlInstant.of(nextRefreshAt))
        .param("id", read.id())
        .param("version", read.tokenVersion())
        .update();
  }

  /** Forgets the tokens, because the user wants no more of it. What is being refreshed is lost. */
  public void disconnect(UUID id) {
    jdbc.sql(
            """
            UPDATE google_connections SET
              status = 'disconnected', status_reason = NULL, status_changed_at = :now,
              access_token_enc = NULL, access_expires_at = NULL, refresh_token_enc = NULL,
              refresh_expires_at = NULL, next_refresh_at = NULL, refresh_failures = 0,
              token_version = token_version + 1
            WHERE id = :id AND status <> 'disconnected'""")
        .param("now", SqlInstant.of(clock.instant()))
        .param("id", id)
        .update();
  }

  /**
   * Whether the Google account of a connection that was disconnected serves a live one, anybody's
   * and also itself when it was connected again: to revoke the one grant ends them all. Where the
   * account of either is not known, the user's count as one.
   */
  public boolean sharesAccount(UUID id) {
    return jdbc.sql(
            """
            SELECT EXISTS (
              SELECT FROM google_connections c, google_connections o
              WHERE c.id = :id AND o.status <> 'disconnected'
                AND (lower(o.google_email) = lower(c.google_email)
                  OR (o.user_id = c.user_id
                    AND (o.google_email IS NULL OR c.google_email IS NULL OR o.id = c.id))))""")
        .param("id", id)
        .query(Boolean.class)
        .single();
  }

  /**
   * Whether a Google account serves a live connection, anybody's. One of the user's whose account
   * is not known counts as well.
   */
  public boolean serves(UUID user, String googleEmail) {
    return jdbc.sql(
            """
            SELECT EXISTS (
              SELECT FROM google_connections
              WHERE status <> 'disconnected'
                AND (lower(google_email) = lower(:email)
                  OR (user_id = :user AND google_email IS NULL)))""")
        .param("email", googleEmail)
        .param("user", user)
        .query(Boolean.class)
        .single();
  }

  Map<GrantStatus, Long> countByStatus() {
    return jdbc
        .sql("SELECT status, count(*) AS n FROM google_connections GROUP BY status")
        .query((row, i) -> Map.entry(GrantStatus.of(row.getString("status")), row.getLong("n")))
        .list()
        .stream()
        .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
  }

  private String refreshToken(TokenGrant grant, Optional<GoogleConnection> known) {
    if (grant.refreshToken() != null) {
      return grant.refreshToken();
    }
    return known
        .filter(connection -> connection.refreshToken() != null)
        .map(c -> cipher.decrypt(c.id(), c.refreshToken(), c.keyId()))
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "Google sent no refresh token: ask for consent with access_type=offline and"
                        + " prompt=consent"));
  }

  private byte[] sealed(UUID id, String token) {
    return token == null ? null : cipher.encrypt(id, token);
  }

  private static Instant after(Instant now, Duration duration) {
    return duration == null ? null : now.plus(duration);
  }

  private static GoogleConnection row(ResultSet row, int i) throws SQLException {
    return new GoogleConnection(
        row.getObject("id", UUID.class),
        row.getObject("user_id", UUID.class),
        Integration.of(row.getString("integration")),
        List.of((String[]) row.getArray("scopes").getArray()),
        row.getBytes("access_token_enc"),
        SqlInstant.read(row, "access_expires_at"),
        row.getBytes("refresh_token_enc"),
        row.getString("enc_key_id"),
        GrantStatus.of(row.getString("status")),
        row.getString("status_reason"),
        row.getInt("refresh_failures"),
        row.getInt("token_version"));
  }
}
