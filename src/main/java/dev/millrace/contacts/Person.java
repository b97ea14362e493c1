package dev.millrace.contacts;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * A person as Google's People API lists it, reduced to what is kept here.
 *
 * @param name null where Google knows nothing by which to call the person
 * @param deleted whether the person was deleted at Google; nothing but the resource is known then
 */
record Person(
    String resource,
    String etag,
    boolean deleted,
    String name,
    String organization,
    String location,
    List<Point> points) {

  /**
   * A way to reach the person.
   *
   * @param kind {@code email} or {@code phone}
   * @param value lower-case address; number in E.164 where Google could read it as one
   */
  record Point(String kind, String value, boolean primary) {}

  static Person of(JsonNode node) {
    String organization = first(node.path("organizations")).path("name").asText(null);
    List<Point> points = points(node);
    return new Person(
        node.path("resourceName").asText(),
        node.path("etag").asText(null),
        node.path("metadata").path("deleted").asBoolean(false),
        name(node, organization, points),
        blankToNull(organization),
        location(first(node.path("addresses"))),
        points);
  }

  private static String name(JsonNode node, String organization, List<Point> points) {
    Stream<String> known =
        Stream.concat(
            Stream.of(first(node.path("names")).path("displayName").asText(""), organization),
            points.stream().map(Person::spoken));
    return known.filter(text -> text != null && !text.isBlank()).findFirst().orElse(null);
  }

  private static String spoken(Point point) {
    return point.kind().equals("email")
        ? point.value().substring(0, Math.max(0, point.value().indexOf('@')))
        : point.value();
  }

  private static String location(JsonNode address) {
    String city = blankToNull(address.path("city").asText(""));
    return city != null
        ? city
        : blankToNull(address.path("formattedValue").asText("").replace("\n", ", "));
  }

  private static List<Point> points(JsonNode node) {
    List<Point> points = new ArrayList<>();
    for (JsonNode email : node.path("emailAddresses")) {
      add(points, "email", email.path("value").asText("").toLowerCase(Locale.ROOT), email);
    }
    for (JsonNode phone : node.path("phoneNumbers")) {
      String number = phone.path("canonicalForm").asText(phone.path("value").asText(""));
      add(points, "phone", number, phone);
    }
    return points;
  }

  private static void add(List<Point> points, String kind, String value, JsonNode source) {
    String trimmed = value.trim();
    boolean known =
        points.stream().anyMatch(p -> p.kind().equals(kind) && p.value().equals(trimmed));
    if (!trimmed.isEmpty() && !known) {
      points.add(new Point(kind, trimmed, isPrimary(source)));
    }
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

  private static String blankToNull(String text) {
    return text == null || text.isBlank() ? null : text;
  }
}
