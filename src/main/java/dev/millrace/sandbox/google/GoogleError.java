package dev.millrace.sandbox.google;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.sandbox.http.Json;
import dev.millrace.sandbox.http.Refusal;
import dev.millrace.sandbox.http.Response;
import java.util.Map;

/**
 * Google's two kinds of error body. The older APIs (Calendar) list {@code errors} with a domain and
 * a reason; the newer (People) have a {@code status} word and {@code details}.
 */
public final class GoogleError {

  public static final String INVALID_CREDENTIALS =
      "Request had invalid authentication credentials. Expected OAuth 2 access token, login cookie"
          + " or other valid authentication credential. See"
          + " https://developers.google.com/identity/sign-in/web/devconsole-project.";
  public static final String NO_CREDENTIALS =
      "Request is missing required authentication credential. Expected OAuth 2 access token, login"
          + " cookie or other valid authentication credential. See"
          + " https://developers.google.com/identity/sign-in/web/devconsole-project.";
  public static final String SCOPES = "Request had insufficient authentication scopes.";

  private GoogleError() {}

  /** The older body, with where the fault lies; {@code location} may be null. */
  public static Response listed(
      int status,
      String domain,
      String reason,
      String message,
      String locationType,
      String location) {
    ObjectNode item =
        Json.object().put("domain", domain).put("reason", reason).put("message", message);
    if (location != null) {
      item.put("locationType", locationType).put("location", location);
    }
    ObjectNode error = Json.object();
    error.putArray("errors").add(item);
    error.put("code", status).put("message", message);
    return Response.json(status, Json.object().set("error", error));
  }

  /** The newer body; {@code reason} becomes a {@code google.rpc.ErrorInfo} unless it is null. */
  public static Response detailed(
      int status,
      String word,
      String message,
      String reason,
      String domain,
      Map<String, String> metadata) {
    ObjectNode error =
        Json.object().put("code", status).put("message", message).put("status", word);
    if (reason != null) {
      ObjectNode info =
          Json.object()
              .put("@type", "type.googleapis.com/google.rpc.ErrorInfo")
              .put("reason", reason)
              .put("domain", domain);
      if (!metadata.isEmpty()) {
        ObjectNode more = info.putObject("metadata");
        metadata.forEach(more::put);
      }
      error.putArray("details").add(info);
    }
    return Response.json(status, Json.object().set("error", error));
  }

  public static Refusal parameter(String reason, String message, String name) {
    return new Refusal(listed(400, "global", reason, message, "parameter", name));
  }
}
