package dev.millrace.contacts;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.account.GoogleApi;
import dev.millrace.account.GoogleProperties;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.springframework.stereotype.Component;
import org.springframework.web.util.UriComponentsBuilder;

/** Reads a user's contacts at Google, page by page. */
@Component
class PeopleApi {

  /**
   * A sync token is good only for the very parameters it was issued for; who changes these lines
   * makes every account read in full once.
   */
  static final String FIELDS = "names,emailAddresses,phoneNumbers,organizations,addresses,metadata";

  static final int PAGE_SIZE = 1_000;
  static final String FINGERPRINT = "1:%d:%s".formatted(PAGE_SIZE, FIELDS);

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
    if (syncToken != null) {
      uri.queryParam("syncToken", "{syncToken}");
      values.add(syncToken);
    }
    if (pageToken != null) {
      uri.queryParam("pageToken", "{pageToken}");
      values.add(pageToken);
    }
    JsonNode answer =
        google.get(
            connection,
            "people.connections.list",
            uri.encode().buildAndExpand(values.toArray()).toUri());
    List<Person> people = new ArrayList<>();
    answer.path("connections").forEach(node -> people.add(Person.of(node)));
    return new Page(
        people,
        answer.path("nextPageToken").asText(null),
        answer.path("nextSyncToken").asText(null));
  }
}
