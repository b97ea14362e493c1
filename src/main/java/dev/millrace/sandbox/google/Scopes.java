package dev.millrace.sandbox.google;

import java.util.Arrays;
import java.util.Collection;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** OAuth scopes; on the wire separated by single spaces. */
public final class Scopes {

  public static final String CALENDAR_READONLY =
      "https://www.googleapis.com/auth/calendar.readonly";
  public static final String CALENDAR = "https://www.googleapis.com/auth/calendar";
  public static final String CONTACTS_READONLY =
      "https://www.googleapis.com/auth/contacts.readonly";
  public static final String CONTACTS = "https://www.googleapis.com/auth/contacts";

  static final String OPENID = "openid";
  static final String EMAIL = "email";

  private Scopes() {}

  static Set<String> parse(String scope) {
    return Arrays.stream(scope.trim().split("\\s+"))
        .filter(s -> !s.isEmpty())
        .collect(Collectors.toCollection(TreeSet::new));
  }

  static String join(Collection<String> scopes) {
    return String.join(" ", scopes);
  }
}
