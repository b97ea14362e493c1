package dev.millrace.sandbox.calendar;

import dev.millrace.sandbox.google.GoogleError;
import dev.millrace.sandbox.http.Query;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;

/** Reads the query of a Calendar request; whatever is wrong becomes Google's 400. */
final class Parameters {

  /** Parameters every method takes; they have no part in what is listed. */
  private static final Set<String> STANDARD =
      Set.of("alt", "fields", "key", "prettyPrint", "quotaUser", "userIp");

  private static final Pattern RFC3339 =
      Pattern.compile(
          "\\d{4}-\\d\\d-\\d\\d[Tt]\\d\\d:\\d\\d:\\d\\d(\\.\\d+)?([Zz]|[+-]\\d\\d:\\d\\d)");

  private final Query query;

  /**
   * @param repeatable the known names that may be sent more than once
   * @throws dev.millrace.sandbox.http.Refusal 400 for an unknown or repeated name
   */
  Parameters(Query query, Set<String> known, Set<String> repeatable) {
    this.query = query;
    for (String name : query.names()) {
      if (!known.contains(name) && !STANDARD.contains(name)) {
        throw GoogleError.parameter(
            "badRequest",
            "Invalid JSON payload received. Unknown name \""
                + name
                + "\": Cannot bind query parameter. Field '"
                + name
                + "' could not be found in request message.",
            name);
      }
      if (query.all(name).size() > 1 && !repeatable.contains(name)) {
        throw CalendarError.invalid(name, "Parameter " + name + " may be sent only once");
      }
    }
    if (query.has("alt") && !query.get("alt").equals("json")) {
      throw GoogleError.parameter("invalidParameter", "Invalid value for alt", "alt");
    }
  }

  boolean has(String name) {
    return query.has(name);
  }

  String text(String name) {
    return query.get(name);
  }

  boolean flag(String name) {
    String value = query.has(name) ? query.get(name) : "false";
    if (!value.equals("true") && !value.equals("false")) {
      throw GoogleError.parameter(
          "invalidParameter", "Invalid boolean value: '" + value + "'.", name);
    }
    return value.equals("true");
  }

  int number(String name, int usual, int most) {
    if (!query.has(name)) {
      return usual;
    }
    String value = query.get(name);
    if (!value.matches("-?\\d{1,9}")) {
      throw GoogleError.parameter(
          "invalidParameter", "Invalid integer value: '" + value + "'.", name);
    }
    int number = Integer.parseInt(value);
    if (number < 1 || number > most) {
      throw GoogleError.parameter(
          "invalidParameter",
          "Invalid value '" + value + "'. Values must be within the range: [1, " + most + "]",
          name);
    }
    return number;
  }

  /** RFC 3339 with an offset; a plus sign that was not escaped arrives as a space and fails. */
  Instant instant(String name) {
    if (!query.has(name)) {
      return null;
    }
    if (!RFC3339.matcher(query.get(name)).matches()) {
      throw CalendarError.badRequest();
    }
    try {
      return OffsetDateTime.parse(query.get(name)).toInstant();
    } catch (DateTimeException e) {
      throw CalendarError.badRequest();
    }
  }

  ZoneId zone(String name, ZoneId usual) {
    if (!query.has(name)) {
      return usual;
    }
    try {
      return ZoneId.of(query.get(name));
    } catch (DateTimeException e) {
      throw CalendarError.invalid(name, "Invalid time zone definition for " + name + ".");
    }
  }

  /** All that later pages must repeat, in one text. */
  String binding(String method) {
    TreeMap<String, Object> same = new TreeMap<>();
    for (String name : query.names()) {
      if (!STANDARD.contains(name) && !name.equals("pageToken")) {
        same.put(name, query.all(name));
      }
    }
    return method + same;
  }
}
