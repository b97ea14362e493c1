package dev.millrace.contacts;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Set;

/**
 * A group of contacts, which Google's pages call a label.
 *
 * @param resource such as {@code contactGroups/1a2b}
 * @param ofUser whether the user made it; Google's own are not copied
 */
record GoogleGroup(String resource, String name, int members, boolean ofUser) {

  /** Google's own, of which everybody is a member or may be; they are in every person's answer. */
  private static final Set<String> BUILT_IN =
      Set.of(
          "contactGroups/myContacts",
          "contactGroups/starred",
          "contactGroups/friends",
          "contactGroups/family",
          "contactGroups/coworkers",
          "contactGroups/blocked",
          "contactGroups/chatBuddies",
          "contactGroups/all");

  static GoogleGroup of(JsonNode node) {
    String name = ContactPoint.readable(node.path("name").asText(null));
    return new GoogleGroup(
        node.path("resourceName").asText(),
        name == null ? "" : name,
        node.path("memberCount").asInt(0),
        "USER_CONTACT_GROUP".equals(node.path("groupType").asText()));
  }

  static boolean isBuiltIn(String resource) {
    return BUILT_IN.contains(resource);
  }
}
