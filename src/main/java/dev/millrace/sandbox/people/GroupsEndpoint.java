package dev.millrace.sandbox.people;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.sandbox.google.Pages;
import dev.millrace.sandbox.google.SyncTokens;
import dev.millrace.sandbox.http.Json;
import dev.millrace.sandbox.http.Query;
import dev.millrace.sandbox.http.Response;
import java.time.Clock;
import java.time.Instant;
import java.util.Map;
import java.util.Set;

/** {@code GET contactGroups}. */
final class GroupsEndpoint {

  private static final Set<String> KNOWN =
      Set.of("groupFields", "pageSize", "pageToken", "syncToken");
  private static final Set<String> FIELDS =
      Set.of("clientData", "groupType", "memberCount", "metadata", "name");

  private final AddressBooks books;
  private final SyncTokens tokens;
  private final Clock clock;
  private final Pages<ContactGroup> pages = new Pages<>();

  GroupsEndpoint(AddressBooks books, SyncTokens tokens, Clock clock) {
    this.books = books;
    this.tokens = tokens;
    this.clock = clock;
  }

  Response list(String account, Query query) {
    PeopleParameters parameters = new PeopleParameters(query, KNOWN, Set.of());
    int size = parameters.pageSize(30);
    String mask = parameters.text("groupFields");
    if (mask != null) {
      for (String field : mask.split(",")) {
        if (!FIELDS.contains(field)) {
          throw PeopleError.invalid("Invalid groupFields mask path: \"" + field + "\".");
        }
      }
    }
    String binding = parameters.binding("groups:" + account);
    String pageToken = parameters.text("pageToken");
    return books.atOnce(
        () -> {
          AddressBook book = books.book(account);
          Pages.Page<ContactGroup> page =
              pageToken == null
                  ? first(account, book, parameters, binding, size)
                  : pages
                      .next(binding, pageToken)
                      .orElseThrow(() -> PeopleError.invalid("Invalid page token."));
          return answer(book, page);
        });
  }

  private Pages.Page<ContactGroup> first(
      String account, AddressBook book, PeopleParameters parameters, String binding, int size) {
    String syncToken = parameters.text("syncToken");
    long since = -1;
    Instant fullAt = clock.instant();
    if (syncToken != null) {
      SyncTokens.State state =
          tokens
              .decode(syncToken)
              .filter(s -> s.subject().equals("groups " + account))
              .filter(s -> s.epoch() == book.tokenEpoch)
              .orElseThrow(PeopleError::expiredSyncToken);
      since = state.revision();
      fullAt = state.fullAt();
    }
    long after = since;
    String next =
        tokens.encode(
            new SyncTokens.State(
                "groups " + account, book.revision, book.tokenEpoch, fullAt, Map.of()));
    return pages.first(
        binding,
        book.groups.values().stream()
            .filter(group -> group.revision() > after)
            .filter(group -> after >= 0 || !group.isDeleted())
            .toList(),
        size,
        next);
  }

  private static Response answer(AddressBook book, Pages.Page<ContactGroup> page) {
    ObjectNode body = Json.object();
    ArrayNode groups = body.putArray("contactGroups");
    for (ContactGroup group : page.items()) {
      ObjectNode json = groups.addObject();
      json.put("resourceName", group.resourceName());
      json.put("etag", "g" + group.revision());
      ObjectNode metadata =
          json.putObject("metadata").put("updateTime", group.updated().toString());
      if (group.isDeleted()) {
        metadata.put("deleted", true);
      } else {
        json.put("groupType", group.isSystem() ? "SYSTEM_CONTACT_GROUP" : "USER_CONTACT_GROUP");
        json.put("name", group.name()).put("formattedName", group.name());
        long members = book.members(group);
        if (members > 0) {
          json.put("memberCount", members);
        }
      }
    }
    if (page.nextPageToken() != null) {
      body.put("nextPageToken", page.nextPageToken());
    } else {
      body.put("nextSyncToken", page.nextSyncToken());
    }
    return Response.json(200, body.put("totalItems", page.total()));
  }
}
