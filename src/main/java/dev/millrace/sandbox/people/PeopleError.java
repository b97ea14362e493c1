package dev.millrace.sandbox.people;

import dev.millrace.sandbox.google.GoogleError;
import dev.millrace.sandbox.http.Refusal;
import dev.millrace.sandbox.http.Response;
import java.util.Map;

/** Errors as the People API words them. */
final class PeopleError {

  private static final String DOMAIN = "googleapis.com";
  private static final String QUOTA =
      "Quota exceeded for quota metric 'Critical read requests (Contact and Profile Reads)' and"
          + " limit 'Critical read requests (Contact and Profile Reads) per minute per user' of"
          + " service 'people.googleapis.com' for consumer 'project_number:0'.";

  private static final String EXPIRED =
      "Sync token is expired. Clear local cache and retry call without the sync token.";

  private PeopleError() {}

  static Response missingCredentials() {
    return GoogleError.detailed(
        401,
        "UNAUTHENTICATED",
        GoogleError.NO_CREDENTIALS,
        "CREDENTIALS_MISSING",
        DOMAIN,
        Map.of("service", "people.googleapis.com"));
  }

  static Response invalidCredentials() {
    return GoogleError.detailed(
        401, "UNAUTHENTICATED", GoogleError.INVALID_CREDENTIALS, null, null, Map.of());
  }

  static Response insufficientScopes() {
    return GoogleError.detailed(
        403,
        "PERMISSION_DENIED",
        GoogleError.SCOPES,
        "ACCESS_TOKEN_SCOPE_INSUFFICIENT",
        DOMAIN,
        Map.of("service", "people.googleapis.com"));
  }

  static Refusal invalid(String message) {
    return new Refusal(
        GoogleError.detailed(400, "INVALID_ARGUMENT", message, null, null, Map.of()));
  }

  static Refusal expiredSyncToken() {
    return new Refusal(
        GoogleError.detailed(
            400,
            "FAILED_PRECONDITION",
            EXPIRED,
            "EXPIRED_SYNC_TOKEN",
            "people.googleapis.com",
            Map.of()));
  }

  /** As it was seen now and then: nothing but the words says what is wrong. */
  private static Response expiredInWordsOnly() {
    return GoogleError.detailed(400, "FAILED_PRECONDITION", EXPIRED, null, null, Map.of());
  }

  static Response methodNotAllowed() {
    return GoogleError.detailed(
            405, "INVALID_ARGUMENT", "Method not allowed.", null, null, Map.of())
        .with("Allow", "GET");
  }

  static Response notFound() {
    return GoogleError.detailed(404, "NOT_FOUND", "Method not found.", null, null, Map.of());
  }

  /** The usual body of a status; {@code reason} may be empty. */
  static Response failure(int status, String reason) {
    return switch (status) {
      case 400 -> refused(reason);
      case 401 -> invalidCredentials();
      case 403 ->
          reason.equals("rateLimitExceeded")
              ? quota(403)
              : GoogleError.detailed(
                  403,
                  "PERMISSION_DENIED",
                  "The caller does not have permission",
                  reason.isEmpty() ? null : reason,
                  DOMAIN,
                  Map.of());
      case 404 -> notFound();
      // Told by its status alone: neither the reason nor the words of the 400 variant.
      case 410 -> GoogleError.detailed(410, "FAILED_PRECONDITION", "Gone", null, null, Map.of());
      case 429 -> quota(429);
      case 503 ->
          GoogleError.detailed(
              503, "UNAVAILABLE", "The service is currently unavailable.", null, null, Map.of());
      default ->
          status >= 500
              ? GoogleError.detailed(
                  status, "INTERNAL", "Internal error encountered.", null, null, Map.of())
              : GoogleError.detailed(
                  status,
                  "INVALID_ARGUMENT",
                  "Request contains an invalid argument.",
                  null,
                  null,
                  Map.of());
    };
  }

  private static Response refused(String reason) {
    return switch (reason) {
      case "", "EXPIRED_SYNC_TOKEN" -> expiredSyncToken().response();
      case "FAILED_PRECONDITION" -> expiredInWordsOnly();
      default ->
          GoogleError.detailed(
              400,
              "INVALID_ARGUMENT",
              "Request contains an invalid argument.",
              reason,
              DOMAIN,
              Map.of());
    };
  }

  private static Response quota(int status) {
    return GoogleError.detailed(
        status,
        "RESOURCE_EXHAUSTED",
        QUOTA,
        "RATE_LIMIT_EXCEEDED",
        DOMAIN,
        Map.of(
            "service",
            "people.googleapis.com",
            "quota_metric",
            "people.googleapis.com/critical_read_requests"));
  }
}
