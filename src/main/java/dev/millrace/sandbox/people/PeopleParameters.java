package dev.millrace.sandbox.people;

import dev.millrace.sandbox.http.Query;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** Reads the query of a People request; whatever is wrong becomes INVALID_ARGUMENT. */
final class PeopleParameters {

  private static final Set<String> STANDARD =
      Set.of("alt", "fields", "key", "prettyPrint", "quotaUser", "$.xgafv");

  private final Query query;

  PeopleParameters(Query query, Set<String> known, Set<String> repeatable) {
    this.query = query;
    for (String name : query.names()) {
      if (!known.contains(name) && !STANDARD.contains(name)) {
        throw PeopleError.invalid(
            "Invalid JSON payload received. Unknown name \""
                + name
                + "\": Cannot bind query parameter. Field '"
                + name
                + "' could not be found in request message.");
      }
      if (query.all(name).size() > 1 && !repeatable.contains(name)) {
        throw PeopleError.invalid("Parameter " + name + " may be sent only once.");
      }
    }
  }

  /** The text, or null if it was not sent; empty texts count as not sent. */
  String text(String name) {
    String value = query.get(name);
    return value == null || value.isEmpty() ? null : value;
  }

  boolean flag(String name) {
    String value = query.has(name) ? query.get(name) : "false";
    if (!value.equals("true") && !value.equals("false")) {
      throw PeopleError.invalid("Invalid value at '" + name + "' (TYPE_BOOL), \"" + value + "\"");
    }
    return value.equals("true");
  }

  int pageSize(int usual) {
    if (!query.has("pageSize")) {
      return usual;
    }
    String value = query.get("pageSize");
    if (!value.matches("-?\\d{1,9}")) {
      throw PeopleError.invalid("Invalid value at 'page_size' (TYPE_INT32), \"" + value + "\"");
    }
    int size = Integer.parseInt(value);
    if (size < 1 || size > 1_000) {
      throw PeopleError.invalid("Page size must be between 1 and 1000, was " + size + ".");
    }
    return size;
  }

  /** What later pages must repeat. */
  String binding(String method) {
    return method + sent("pageToken");
  }

  /** What later syncs must repeat. */
  Map<String, String> constant() {
    return sent("pageToken", "syncToken");
  }

  private Map<String, String> sent(String... except) {
    Map<String, String> sent = new TreeMap<>();
    for (String name : query.names()) {
      if (!STANDARD.contains(name) && !Set.of(except).contains(name)) {
        sent.put(name, String.join(",", query.all(name)));
      }
    }
    return sent;
  }
}
