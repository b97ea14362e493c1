package dev.millrace.contacts;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.account.GoogleApi;
import dev.millrace.account.GoogleProperties;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.stream.StreamSupport;
import org.springframework.stereotype.Component;
import org.springframework.web.util.UriComponentsBuilder;

/** Reads a user's contacts and groups at Google, page by page. */
@Component
class PeopleApi {

  /**
   * A sync token is good only for the very parameters it was issued for; who changes these lines
   * makes every account read in full once.
   */
  static final String FIELDS =
      "names,emailAddresses,phoneNumbers,organizations,addresses,memberships,metadata";

  static final int PAGE_SIZE = 1_000;
  static final String FINGERPRINT = "2:%d:%s".formatted(PAGE_SIZE, FIELDS);

  private static final String GROUP_FIELDS = "name,groupType,memberCount";

  private final GoogleApi google;
  private final URI base;

  PeopleApi(GoogleApi google, GoogleProperties settings) {
    this.google = google;
    this.base = settings.peopleBase();
  }

  /**
   * One page of people.
   *
   * @param nextPageToken null on the last page
   * @param nextSyncToken null on every page but the last
   */
  record Page(List<Person> people, String nextPageToken, String nextSyncToken) {}

  /**
   * One page of groups.
   *
   * @param nextPageToken null on the last page
   */
  record GroupsPage(List<GoogleGroup> groups, String nextPageToken) {}

  /**
   * @param syncToken of the run before, or null to read everything
   * @param pageToken of the page before, or null for the first
   */
  Page connections(UUID connection, String syncToken, String pageToken) {
    UriComponentsBuilder uri =
        UriComponentsBuilder.fromUri(base)
            .path("/people/me/connections")
            .queryParam("personFields", FIELDS)
            .queryParam("pageSize", PAGE_SIZE)
            .queryParam("requestSyncToken", true);
    List<String> values = new ArrayList<>();
    add(uri, values, "syncToken", syncToken);
    add(uri, values, "pageToken", pageToken);
    JsonNode answer = get(connection, "people.connections.list", uri, values);
    return new Page(
        StreamSupport.stream(answer.path("connections").spliterator(), false)
            .map(Person::of)
            .toList(),
        token(answer, "nextPageToken"),
        token(answer, "nextSyncToken"));
  }

  /**
   * @param pageToken of the page before, or null for the first
   */
  GroupsPage groups(UUID connection, String pageToken) {
    UriComponentsBuilder uri =
        UriComponentsBuilder.fromUri(base)
            .path("/contactGroups")
            .queryParam("groupFields", GROUP_FIELDS)
            .queryParam("pageSize", PAGE_SIZE);
    List<String> values = new ArrayList<>();
    add(uri, values, "pageToken", pageToken);
    JsonNode answer = get(connection, "contactGroups.list", uri, values);
    return new GroupsPage(
        StreamSupport.stream(answer.path("contactGroups").spliterator(), false)
            .map(GoogleGroup::of)
            .toList(),
        token(answer, "nextPageToken"));
  }

  private JsonNode get(
      UUID connection, String operation, UriComponentsBuilder uri, List<String> values) {
    return google.get(connection, operation, uri.encode().buildAndExpand(values.toArray()).toUri());
  }

  private static void add(
      UriComponentsBuilder uri, List<String> values, String name, String value) {
    if (value != null) {
      uri.queryParam(name, "{" + name + "}");
      values.add(value);
    }
  }

  /** People leaves out what is empty, or sends an empty text. */
  private static String token(JsonNode answer, String name) {
    String token = answer.path(name).asText("");
    return token.isEmpty() ? null : token;
  }
}
