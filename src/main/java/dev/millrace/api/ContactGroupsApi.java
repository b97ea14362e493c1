package dev.millrace.api;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.contacts.GroupMappings;
import dev.millrace.contacts.GroupMappings.Decision;
import dev.millrace.contacts.GroupMappings.Mapping;
import dev.millrace.problem.InvalidField;
import dev.millrace.problem.Problem;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Component;

/** What {@code routes/http/contact-groups.camel.yaml} calls. */
@Component
public class ContactGroupsApi {

  private static final String ID = "id";
  private static final String MAPPING = "mapping";
  private static final String GROUP = "groupId";
  private static final String NEW_GROUP = "newGroupName";
  private static final String EXAMPLE = "{\"mapping\":\"approved\",\"newGroupName\":\"Tennis\"}";
  private static final int LONGEST_NAME = 200;

  private final GroupMappings mappings;

  public ContactGroupsApi(GroupMappings mappings) {
    this.mappings = mappings;
  }

  /**
   * A decision that holds.
   *
   * @param user whose contacts have other groups now
   */
  public record Decided(UUID user, Mapping mapping) {}

  /** All groups that Google lists. */
  public Map<String, List<Mapping>> list(UUID user, String query) {
    new QueryString(query).only();
    return Map.of("groups", mappings.of(user));
  }

  /** Does what the body says with one of them. */
  public Decided decide(UUID user, String sentId, String body, String query) {
    new QueryString(query).only();
    String id = new PathName(ID, sentId, LONGEST_NAME).text();
    String resource = "contactGroups/" + id;
    JsonObject sent = JsonObject.of(body, EXAMPLE, List.of(MAPPING, GROUP, NEW_GROUP));
    Decision decision =
        switch (text(sent, MAPPING)) {
          case "approved" -> approve(user, resource, sent);
          case "rejected" -> reject(user, resource, sent);
          default ->
              throw JsonObject.invalid(
                  MAPPING, text(sent, MAPPING), "send approved or rejected.", null);
        };
    switch (decision.outcome()) {
      case UNKNOWN ->
          throw Problem.invalid(
                  HttpStatus.NOT_FOUND,
                  new InvalidField(
                      ID,
                      id,
                      "Google lists no such group of yours; GET /api/contacts/groups has those that"
                          + " it does."))
              .asException();
      case NO_SUCH_GROUP ->
          throw JsonObject.invalid(
              GROUP, text(sent, GROUP), "it is none of your groups; or send newGroupName.", null);
      case NAME_TAKEN ->
          throw Problem.invalid(
                  HttpStatus.CONFLICT,
                  new InvalidField(
                      NEW_GROUP,
                      text(sent, NEW_GROUP).strip(),
                      "you have a group of this name already; send its id as groupId, or another"
                          + " name."))
              .kind("name-taken")
              .asException();
      case DONE -> {
        // the answer shows it
      }
    }
    return new Decided(user, decision.mapping());
  }

  private Decision approve(UUID user, String resource, JsonObject sent) {
    String group = text(sent, GROUP);
    String name = text(sent, NEW_GROUP).strip();
    if (group.isEmpty() == name.isEmpty()) {
      throw JsonObject.invalid(
          GROUP, null, "to approve, send either groupId or newGroupName.", null);
    }
    if (group.isEmpty()) {
      if (name.length() > LONGEST_NAME || name.chars().anyMatch(Character::isISOControl)) {
        throw JsonObject.invalid(
            NEW_GROUP,
            null,
            "send 1 to " + LONGEST_NAME + " characters, none of them control characters.",
            null);
      }
      return mappings.approveAsNew(user, resource, name);
    }
    try {
      return mappings.approve(user, resource, UUID.fromString(group));
    } catch (IllegalArgumentException e) {
      throw JsonObject.invalid(GROUP, group, "send the id of one of your groups.", e);
    }
  }

  private Decision reject(UUID user, String resource, JsonObject sent) {
    if (!sent.field(GROUP).isMissingNode() || !sent.field(NEW_GROUP).isMissingNode()) {
      throw JsonObject.invalid(
          MAPPING, "rejected", "leave out groupId and newGroupName, or send approved.", null);
    }
    return mappings.reject(user, resource);
  }

  /** Empty where it is not there. */
  private static String text(JsonObject sent, String field) {
    JsonNode value = sent.field(field);
    if (value.isMissingNode()) {
      return "";
    }
    if (!value.isTextual()) {
      throw JsonObject.invalid(field, value.toString(), "send a text.", null);
    }
    return value.asText();
  }
}
