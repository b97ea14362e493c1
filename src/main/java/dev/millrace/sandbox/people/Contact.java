package dev.millrace.sandbox.people;

import java.time.Instant;

/**
 * A stored contact.
 *
 * @param resourceName {@code people/c…}
 * @param revision of the address book at the contact's last change
 */
public record Contact(
    String resourceName, ContactDraft content, boolean isDeleted, Instant updated, long revision) {

  String id() {
    return resourceName.substring("people/".length());
  }

  String etag() {
    return "%E" + Integer.toHexString((content + "|" + isDeleted).hashCode()) + "r" + revision;
  }
}
