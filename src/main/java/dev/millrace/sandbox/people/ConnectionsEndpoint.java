package dev.millrace.sandbox.people;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.sandbox.google.Pages;
import dev.millrace.sandbox.google.SyncTokens;
import dev.millrace.sandbox.http.Json;
import dev.millrace.sandbox.http.Query;
import dev.millrace.sandbox.http.Response;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** {@code GET people/me/connections}. */
final class ConnectionsEndpoint {

  /** Counted from the full read; reading on does not prolong it. */
  static final Duration SYNC_TOKEN_LIFE = Duration.ofDays(7);

  private static final Set<String> KNOWN =
      Set.of(
          "pageSize",
          "pageToken",
          "personFields",
          "requestSyncToken",
          "sortOrder",
          "sources",
          "syncToken");

  private static final Set<String> ORDERS =
      Set.of(
          "LAST_MODIFIED_ASCENDING",
          "LAST_MODIFIED_DESCENDING",
          "FIRST_NAME_ASCENDING",
          "LAST_NAME_ASCENDING");

  private static final Set<String> SOURCES =
      Set.of(
          "READ_SOURCE_TYPE_CONTACT",
          "READ_SOURCE_TYPE_PROFILE",
          "READ_SOURCE_TYPE_DOMAIN_CONTACT",
          "READ_SOURCE_TYPE_OTHER_CONTACT");

  private final AddressBooks books;
  private final SyncTokens tokens;
  private final Clock clock;
  private final Pages<Contact> pages = new Pages<>();

  ConnectionsEndpoint(AddressBooks books, SyncTokens tokens, Clock clock) {
    this.books = books;
    this.tokens = tokens;
    this.clock = clock;
  }

  Response list(String account, Query query) {
    PeopleParameters parameters =
        new PeopleParameters(query, KNOWN, Set.of("sources", "personFields"));
    Set<String> fields = fields(query);
    for (String source : query.all("sources")) {
      if (!SOURCES.contains(source)) {
        throw PeopleError.invalid("Invalid value at 'sources', \"" + source + "\"");
      }
    }
    int size = parameters.pageSize(100);
    boolean wantsToken = parameters.flag("requestSyncToken");
    String order = parameters.text("sortOrder");
    String syncToken = parameters.text("syncToken");
    if (order != null && !ORDERS.contains(order)) {
      throw PeopleError.invalid("Invalid value at 'sort_order', \"" + order + "\"");
    }
    if (order != null && (syncToken != null || wantsToken)) {
      throw PeopleError.invalid("sortOrder may not be set on sync requests.");
    }
    String binding = parameters.binding("connections:" + account);
    String pageToken = parameters.text("pageToken");
    return books.atOnce(
        () -> {
          AddressBook book = books.book(account);
          Pages.Page<Contact> page =
              pageToken == null
                  ? first(account, book, parameters, binding, size, wantsToken, syncToken, order)
                  : pages
                      .next(binding, pageToken)
                      .orElseThrow(() -> PeopleError.invalid("Invalid page token."));
          return answer(page, fields);
        });
  }

  private static Set<String> fields(Query query) {
    Set<String> fields = new TreeSet<>();
    query.all("personFields").forEach(mask -> fields.addAll(List.of(mask.split(","))));
    fields.remove("");
    if (fields.isEmpty()) {
      throw PeopleError.invalid(
          "personFields mask is required. Please specify one or more valid paths. Valid paths are"
              + " documented at"
              + " https://developers.google.com/people/api/rest/v1/people.connections/list.");
    }
    for (String field : fields) {
      if (!PersonJson.FIELDS.contains(field)) {
        throw PeopleError.invalid(
            "Invalid personFields mask path: \""
                + field
                + "\". Valid paths are documented at"
                + " https://developers.google.com/people/api/rest/v1/people.connections/list.");
      }
    }
    return fields;
  }

  private Pages.Page<Contact> first(
      String account,
      AddressBook book,
      PeopleParameters parameters,
      String binding,
      int size,
      boolean wantsToken,
      String syncToken,
      String order) {
    Instant fullAt = clock.instant();
    long since = -1;
    if (syncToken != null) {
      SyncTokens.State state = check(account, book, syncToken);
      if (!state.query().equals(parameters.constant())) {
        throw PeopleError.invalid(
            "Request parameters must match the call that the sync token was issued for.");
      }
      fullAt = state.fullAt();
      since = state.revision();
    }
    String next =
        wantsToken
            ? tokens.encode(
                new SyncTokens.State(
                    "people " + account,
                    book.revision,
                    book.tokenEpoch,
                    fullAt,
                    parameters.constant()))
            : null;
    return pages.first(binding, changed(book, since, order), size, next);
  }

  private SyncTokens.State check(String account, AddressBook book, String syncToken) {
    return tokens
        .decode(syncToken)
        .filter(state -> state.subject().equals("people " + account))
        .filter(state -> state.epoch() == book.tokenEpoch)
        .filter(state -> clock.instant().isBefore(state.fullAt().plus(SYNC_TOKEN_LIFE)))
        .orElseThrow(PeopleError::expiredSyncToken);
  }

  private static List<Contact> changed(AddressBook book, long since, String order) {
    if (book.pretendsEmpty) {
      return List.of();
    }
    List<Contact> found =
        book.contacts.values().stream()
            .filter(contact -> contact.revision() > since)
            .filter(contact -> since >= 0 || !contact.isDeleted())
            .toList();
    if (order == null || order.equals("LAST_MODIFIED_ASCENDING")) {
      return found;
    }
    Comparator<Contact> by =
        switch (order) {
          case "FIRST_NAME_ASCENDING" -> Comparator.comparing(c -> c.content().givenName());
          case "LAST_NAME_ASCENDING" -> Comparator.comparing(c -> c.content().familyName());
          default -> Comparator.comparing(Contact::revision).reversed();
        };
    return found.stream().sorted(by).toList();
  }

  private static Response answer(Pages.Page<Contact> page, Set<String> fields) {
    ObjectNode body = Json.object();
    if (!page.items().isEmpty()) {
      ArrayNode connections = body.putArray("connections");
      page.items().forEach(contact -> connections.add(PersonJson.of(contact, fields)));
    }
    if (page.nextPageToken() != null) {
      body.put("nextPageToken", page.nextPageToken());
    } else if (page.nextSyncToken() != null) {
      body.put("nextSyncToken", page.nextSyncToken());
    }
    if (page.total() > 0) {
      body.put("totalPeople", page.total()).put("totalItems", page.total());
    }
    return Response.json(200, body);
  }
}
