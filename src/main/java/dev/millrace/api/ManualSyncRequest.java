package dev.millrace.api;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.account.Integration;
import java.util.List;

/**
 * What a user wants synced now.
 *
 * @param full whether everything is to be read, and not only what changed
 */
record ManualSyncRequest(Integration integration, boolean full) {

  private static final String TYPE = "integrationType";

  /** The source's clients write it so. */
  private static final String OLD_TYPE = "integration_type";

  private static final String SYNC = "syncType";
  private static final String EXAMPLE = "{\"integrationType\":\"google_calendar\"}";
  private static final String TYPES = "send google_calendar or google_contacts.";

  /**
   * Reads a body.
   *
   * @throws dev.millrace.problem.ProblemException 400 when it asks for nothing that there is
   */
  static ManualSyncRequest of(String body) {
    JsonObject request = JsonObject.of(body, EXAMPLE, List.of(TYPE, OLD_TYPE, SYNC));
    JsonNode type = request.field(TYPE);
    if (type.isMissingNode()) {
      type = request.field(OLD_TYPE);
    } else if (!request.field(OLD_TYPE).isMissingNode()) {
      throw JsonObject.invalid(
          OLD_TYPE, null, "it is the same as integrationType; leave it out.", null);
    }
    String sent = text(type);
    Integration integration =
        Integration.named(sent).orElseThrow(() -> JsonObject.invalid(TYPE, sent, TYPES, null));
    return new ManualSyncRequest(integration, full(request.field(SYNC)));
  }

  private static boolean full(JsonNode sent) {
    if (sent.isMissingNode()) {
      return false;
    }
    String text = text(sent);
    if (!"full".equals(text) && !"incremental".equals(text)) {
      throw JsonObject.invalid(
          SYNC, text, "send full, or incremental for what changed; or leave it out.", null);
    }
    return text.equals("full");
  }

  private static String text(JsonNode sent) {
    return sent.isMissingNode() || sent.isNull()
        ? null
        : sent.isTextual() ? sent.asText() : sent.toString();
  }
}
