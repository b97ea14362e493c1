package dev.millrace.sandbox.people;

import java.time.Instant;

/**
 * A label.
 *
 * @param isSystem one of Google's own, such as {@code contactGroups/myContacts}
 */
public record ContactGroup(
    String resourceName,
    String name,
    boolean isSystem,
    boolean isDeleted,
    Instant updated,
    long revision) {

  String id() {
    return resourceName.substring("contactGroups/".length());
  }
}
