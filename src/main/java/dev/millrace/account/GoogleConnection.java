package dev.millrace.account;

import java.time.Instant;
import java.util.List;
import java.util.UUID;

/**
 * One integration of one user, as {@code google_connections} keeps it. Tokens are encrypted here;
 * {@link TokenCipher} opens them.
 *
 * @param tokenVersion one more at each stored refresh; a writer that read an older one lost
 */
public record GoogleConnection(
    UUID id,
    UUID userId,
    Integration integration,
    List<String> scopes,
    byte[] accessToken,
    Instant accessExpiresAt,
    byte[] refreshToken,
    String keyId,
    GrantStatus status,
    String statusReason,
    int refreshFailures,
    int tokenVersion) {}
