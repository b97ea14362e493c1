package dev.millrace.sandbox.calendar;

import dev.millrace.sandbox.google.GoogleError;
import dev.millrace.sandbox.http.Refusal;
import dev.millrace.sandbox.http.Response;

/** Errors as the Calendar API words them. */
final class CalendarError {

  private CalendarError() {}

  static Response missingCredentials() {
    return GoogleError.listed(
            401, "global", "required", "Login Required", "header", "Authorization")
        .with("WWW-Authenticate", "Bearer realm=\"https://accounts.google.com/\"");
  }

  static Response invalidCredentials() {
    return GoogleError.listed(
            401, "global", "authError", "Invalid Credentials", "header", "Authorization")
        .with(
            "WWW-Authenticate",
            "Bearer realm=\"https://accounts.google.com/\", error=\"invalid_token\"");
  }

  static Response insufficientScopes() {
    return GoogleError.listed(
            403, "global", "insufficientPermissions", "Insufficient Permission", null, null)
        .with(
            "WWW-Authenticate",
            "Bearer realm=\"https://accounts.google.com/\", error=\"insufficient_scope\"");
  }

  static Refusal notFound() {
    return new Refusal(GoogleError.listed(404, "global", "notFound", "Not Found", null, null));
  }

  static Refusal fullSyncRequired() {
    return new Refusal(failure(410, ""));
  }

  static Refusal restrictedSync(String parameter) {
    return new Refusal(
        GoogleError.listed(
            400,
            "calendar",
            "syncTokenWithRequestRestrictions",
            "The sync token cannot be used together with the parameter " + parameter + ".",
            "parameter",
            "syncToken"));
  }

  static Refusal badRequest() {
    return new Refusal(GoogleError.listed(400, "global", "badRequest", "Bad Request", null, null));
  }

  static Refusal invalid(String name, String message) {
    return GoogleError.parameter("invalid", message, name);
  }

  static Refusal calendar(int status, String reason, String message) {
    return new Refusal(GoogleError.listed(status, "calendar", reason, message, null, null));
  }

  static Response methodNotAllowed(String allowed) {
    return GoogleError.listed(
            405, "global", "httpMethodNotAllowed", "Method Not Allowed", null, null)
        .with("Allow", allowed);
  }

  /** The usual body of a status; {@code reason} may be empty. */
  static Response failure(int status, String reason) {
    return switch (status) {
      case 400 ->
          reason.equals("invalid")
              ? invalid("syncToken", "Invalid sync token value.").response()
              : GoogleError.listed(
                  400,
                  "global",
                  reason.isEmpty() ? "badRequest" : reason,
                  "Bad Request",
                  null,
                  null);
      case 401 -> invalidCredentials();
      case 403 -> forbidden(reason.isEmpty() ? "rateLimitExceeded" : reason);
      case 404 -> notFound().response();
      case 410 -> gone(reason.isEmpty() ? "fullSyncRequired" : reason);
      case 429 ->
          GoogleError.listed(
              429,
              "usageLimits",
              reason.isEmpty() ? "rateLimitExceeded" : reason,
              "Rate Limit Exceeded",
              null,
              null);
      case 503 ->
          GoogleError.listed(503, "global", "backendError", "Service Unavailable", null, null);
      default ->
          status >= 500
              ? GoogleError.listed(status, "global", "backendError", "Backend Error", null, null)
              : GoogleError.listed(
                  status,
                  "global",
                  reason.isEmpty() ? "badRequest" : reason,
                  "Bad Request",
                  null,
                  null);
    };
  }

  private static Response forbidden(String reason) {
    return switch (reason) {
      case "insufficientPermissions" -> insufficientScopes();
      case "forbidden" -> GoogleError.listed(403, "global", reason, "Forbidden", null, null);
      case "userRateLimitExceeded" ->
          GoogleError.listed(403, "usageLimits", reason, "User Rate Limit Exceeded", null, null);
      case "quotaExceeded" ->
          GoogleError.listed(
              403, "usageLimits", reason, "Calendar usage limits exceeded.", null, null);
      default -> GoogleError.listed(403, "usageLimits", reason, "Rate Limit Exceeded", null, null);
    };
  }

  private static Response gone(String reason) {
    return switch (reason) {
      case "updatedMinTooLongAgo" ->
          GoogleError.listed(
              410,
              "calendar",
              reason,
              "The requested minimum modification time lies too far in the past.",
              "parameter",
              "updatedMin");
      case "deleted" ->
          GoogleError.listed(410, "global", reason, "Resource has been deleted", null, null);
      default ->
          GoogleError.listed(
              410,
              "calendar",
              reason,
              "Sync token is no longer valid, a full sync is required.",
              "parameter",
              "syncToken");
    };
  }
}
