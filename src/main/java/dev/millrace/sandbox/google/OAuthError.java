package dev.millrace.sandbox.google;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.sandbox.http.Json;
import dev.millrace.sandbox.http.Refusal;
import dev.millrace.sandbox.http.Response;
import java.util.Map;

/** Errors as the OAuth endpoints word them: RFC 6749 section 5.2, with Google's descriptions. */
final class OAuthError {

  static final String DEAD_GRANT = "Token has been expired or revoked.";

  private static final Map<String, String> USUAL =
      Map.of(
          "invalid_grant", DEAD_GRANT,
          "invalid_client", "The OAuth client was not found.",
          "unauthorized_client", "Unauthorized",
          "deleted_client", "The OAuth client was deleted.",
          "admin_policy_enforced", "Access to one or more scopes is restricted by the admin.",
          "org_internal", "The app is restricted to users within its organization.");

  private OAuthError() {}

  static Refusal refuse(int status, String error, String description) {
    return new Refusal(response(status, error, description));
  }

  static Response response(int status, String error, String description) {
    ObjectNode body = Json.object().put("error", error);
    if (!description.isEmpty()) {
      body.put("error_description", description);
    }
    return Response.json(status, body)
        .with("Cache-Control", "no-cache, no-store, max-age=0, must-revalidate")
        .with("Pragma", "no-cache");
  }

  /** The reason is an error, or an error and its subtype: {@code invalid_grant/invalid_rapt}. */
  static Response failure(int status, String reason) {
    if (!reason.isEmpty()) {
      String[] parts = reason.split("/", 2);
      String description = USUAL.getOrDefault(parts[0], "");
      return parts.length == 1
          ? response(status, parts[0], description)
          : Response.json(
              status,
              Json.object()
                  .put("error", parts[0])
                  .put("error_description", "reauth related error (" + parts[1] + ")")
                  .put("error_subtype", parts[1]));
    }
    String error =
        switch (status) {
          case 400 -> "invalid_grant";
          case 401 -> "invalid_client";
          case 403 -> "admin_policy_enforced";
          case 404 -> "not_found";
          case 429 -> "rate_limit_exceeded";
          case 503 -> "temporarily_unavailable";
          default -> status >= 500 ? "internal_failure" : "invalid_request";
        };
    return response(status, error, USUAL.getOrDefault(error, ""));
  }
}
