package dev.millrace.contacts;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/**
 * A person as Google's People API lists it, reduced to what is kept here.
 *
 * @param name null where Google knows nothing by which to call the person
 * @param named whether it is the name that Google has, not one found for want of it
 * @param deleted whether the person was deleted at Google; nothing but the resource is known then
 * @param groups resource names of the groups that the person belongs to, without those that Google
 *     has for everybody
 */
record Person(
    String resource,
    String etag,
    boolean deleted,
    String name,
    boolean named,
    String organization,
    String location,
    List<ContactPoint> points,
    List<String> groups) {

  private static final String RESOURCE = "contactGroupResourceName";

  static Person of(JsonNode node) {
    String name = text(first(node.path("names")), "displayName");
    String organization = text(first(node.path("organizations")), "name");
    List<ContactPoint> points = points(node);
    return new Person(
        node.path("resourceName").asText(),
        node.path("etag").asText(null),
        node.path("metadata").path("deleted").asBoolean(false),
        name != null ? name : substitute(organization, points),
        name != null,
        organization,
        location(first(node.path("addresses"))),
        points,
        groups(node));
  }

  private static String substitute(String organization, List<ContactPoint> points) {
    return Stream.concat(Stream.ofNullable(organization), points.stream().map(ContactPoint::spoken))
        .filter(text -> !text.isBlank())
        .findFirst()
        .orElse(null);
  }

  private static String location(JsonNode address) {
    String city = text(address, "city");
    if (city != null) {
      return city;
    }
    String whole = text(address, "formattedValue");
    return whole == null ? null : whole.replaceAll("\\R", ", ");
  }

  private static List<ContactPoint> points(JsonNode node) {
    List<ContactPoint> points = new ArrayList<>();
    for (JsonNode email : node.path("emailAddresses")) {
      add(points, ContactPoint.email(text(email, "value"), isPrimary(email)));
    }
    for (JsonNode phone : node.path("phoneNumbers")) {
      String canonical = text(phone, "canonicalForm");
      String number = canonical == null ? text(phone, "value") : canonical;
      add(points, ContactPoint.phone(number, isPrimary(phone)));
    }
    return points;
  }

  private static void add(List<ContactPoint> points, ContactPoint point) {
    if (point != null && points.stream().noneMatch(point::sameAs)) {
      points.add(point);
    }
  }

  private static List<String> groups(JsonNode node) {
    return StreamSupport.stream(node.path("memberships").spliterator(), false)
        .map(membership -> text(membership.path("contactGroupMembership"), RESOURCE))
        .filter(group -> group != null && !GoogleGroup.isBuiltIn(group))
        .distinct()
        .toList();
  }

  /** The field that Google calls primary, else the first. */
  private static JsonNode first(JsonNode fields) {
    for (JsonNode field : fields) {
      if (isPrimary(field)) {
        return field;
      }
    }
    return fields.path(0);
  }

  private static boolean isPrimary(JsonNode field) {
    return field.path("metadata").path("primary").asBoolean(false);
  }

  /** Null where there is nothing to read. */
  private static String text(JsonNode node, String field) {
    return ContactPoint.readable(node.path(field).asText(null));
  }
}
