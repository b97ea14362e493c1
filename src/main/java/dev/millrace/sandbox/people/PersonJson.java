package dev.millrace.sandbox.people;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.sandbox.http.Json;
import java.util.List;
import java.util.Set;
import java.util.function.BiConsumer;

/** A person as the API sends it: only what the field mask asks for. */
final class PersonJson {

  static final Set<String> FIELDS =
      Set.of(
          "addresses",
          "ageRanges",
          "biographies",
          "birthdays",
          "calendarUrls",
          "clientData",
          "coverPhotos",
          "emailAddresses",
          "events",
          "externalIds",
          "genders",
          "imClients",
          "interests",
          "locales",
          "locations",
          "memberships",
          "metadata",
          "miscKeywords",
          "names",
          "nicknames",
          "occupations",
          "organizations",
          "phoneNumbers",
          "photos",
          "relations",
          "sipAddresses",
          "skills",
          "urls",
          "userDefined");

  private PersonJson() {}

  static ObjectNode of(Contact contact, Set<String> fields) {
    ObjectNode json = Json.object();
    json.put("resourceName", contact.resourceName()).put("etag", contact.etag());
    if (fields.contains("metadata") || contact.isDeleted()) {
      json.set("metadata", metadata(contact));
    }
    if (contact.isDeleted()) {
      return json;
    }
    ContactDraft content = contact.content();
    if (fields.contains("names") && !content.displayName().isEmpty()) {
      putName(contact, json);
    }
    if (fields.contains("emailAddresses")) {
      put(contact, json, "emailAddresses", content.emails(), (n, value) -> n.put("value", value));
    }
    if (fields.contains("phoneNumbers")) {
      put(contact, json, "phoneNumbers", content.phones(), PersonJson::phone);
    }
    if (fields.contains("organizations") && !content.organization().isEmpty()) {
      put(
          contact,
          json,
          "organizations",
          List.of(content.organization()),
          (n, value) -> n.put("name", value));
    }
    if (fields.contains("addresses") && !content.city().isEmpty()) {
      put(
          contact,
          json,
          "addresses",
          List.of(content.city()),
          (n, value) -> n.put("formattedValue", value).put("city", value));
    }
    if (fields.contains("memberships")) {
      putMemberships(contact, json);
    }
    return json;
  }

  private static ObjectNode metadata(Contact contact) {
    ObjectNode metadata = Json.object();
    metadata
        .putArray("sources")
        .addObject()
        .put("type", "CONTACT")
        .put("id", contact.id())
        .put("etag", "#" + contact.etag())
        .put("updateTime", contact.updated().toString());
    if (contact.isDeleted()) {
      metadata.put("deleted", true);
    }
    return metadata.put("objectType", "PERSON");
  }

  private static ObjectNode source(Contact contact, boolean primary) {
    ObjectNode metadata = Json.object();
    if (primary) {
      metadata.put("primary", true);
    }
    metadata.putObject("source").put("type", "CONTACT").put("id", contact.id());
    return metadata;
  }

  private static void putName(Contact contact, ObjectNode json) {
    ContactDraft content = contact.content();
    ObjectNode name = json.putArray("names").addObject();
    name.set("metadata", source(contact, true));
    name.put("displayName", content.displayName());
    if (!content.familyName().isEmpty()) {
      name.put("familyName", content.familyName());
    }
    if (!content.givenName().isEmpty()) {
      name.put("givenName", content.givenName());
    }
    name.put("unstructuredName", content.displayName());
  }

  private static void phone(ObjectNode node, String value) {
    node.put("value", value);
    // People adds the canonical form only where it understands the number.
    if (value.startsWith("+")) {
      node.put("canonicalForm", "+" + value.replaceAll("\\D", ""));
    }
    node.put("type", "mobile").put("formattedType", "Mobile");
  }

  private static void put(
      Contact contact,
      ObjectNode json,
      String field,
      List<String> values,
      BiConsumer<ObjectNode, String> how) {
    if (values.isEmpty()) {
      return;
    }
    ArrayNode array = json.putArray(field);
    for (String value : values) {
      ObjectNode node = array.addObject();
      node.set("metadata", source(contact, array.size() == 1));
      how.accept(node, value);
    }
  }

  private static void putMemberships(Contact contact, ObjectNode json) {
    ArrayNode memberships = json.putArray("memberships");
    for (String group : contact.content().groups()) {
      putMembership(contact, memberships, group);
    }
    putMembership(contact, memberships, "contactGroups/myContacts");
  }

  private static void putMembership(Contact contact, ArrayNode memberships, String group) {
    ObjectNode node = memberships.addObject();
    node.set("metadata", source(contact, false));
    node.putObject("contactGroupMembership")
        .put("contactGroupId", group.substring("contactGroups/".length()))
        .put("contactGroupResourceName", group);
  }
}
