package dev.millrace.suggestion;

import java.util.Collection;
import java.util.List;
import java.util.Map;

/**
 * Why somebody is suggested, in words that the user reads in the list, the digest and the text
 * message. Of the calendar it says nothing: what events are about stays in the calendar.
 */
final class Reasoning {

  private static final Map<String, String> WANTED =
      Map.of(
          "daily", "you wanted to meet every day",
          "weekly", "you wanted to meet every week",
          "biweekly", "you wanted to meet every two weeks",
          "monthly", "you wanted to meet every month",
          "quarterly", "you wanted to meet every three months",
          "yearly", "you wanted to meet every year",
          "flexible", "you wanted to meet now and then");

  private Reasoning() {}

  /** Of one contact. */
  static String of(DueContact contact) {
    return "%s; %s.%s"
        .formatted(
            lastTouch(contact),
            WANTED.get(contact.frequency()),
            contact.closeFriend() ? " Close friend." : "");
  }

  /**
   * Of two or three at once.
   *
   * @param groups names of the contact groups that all are in
   * @param tags that all have
   */
  static String of(List<DueContact> together, List<String> groups, List<String> tags) {
    long least = together.stream().mapToLong(DueContact::daysSince).min().orElseThrow();
    String shared =
        groups.isEmpty()
            ? "have %s in common".formatted(listed(tags))
            : "are in %s".formatted(listed(groups))
                + (tags.isEmpty() ? "" : " and have %s in common".formatted(listed(tags)));
    return "%s %s. You were last in touch with each of them at least %s ago."
        .formatted(listed(together.stream().map(DueContact::name).toList()), shared, days(least));
  }

  /**
   * Of one contact at the time of an event.
   *
   * @param interests words that event and contact have in common
   * @param near whether the event is where the contact is
   */
  static String of(DueContact contact, Collection<String> interests, boolean near) {
    String why =
        interests.isEmpty()
            ? "%s lives near something that you have planned".formatted(contact.name())
            : "Something that you have planned may interest %s: %s%s"
                .formatted(
                    contact.name(),
                    listed(List.copyOf(interests)),
                    near ? ". It is near where they live" : "");
    return "%s. %s.".formatted(why, lastTouch(contact));
  }

  private static String lastTouch(DueContact contact) {
    if (contact.everMet() && contact.daysSince() <= 0) {
      return "You and %s were in touch today".formatted(contact.name());
    }
    return contact.everMet()
        ? "You and %s were last in touch %s ago"
            .formatted(contact.name(), days(contact.daysSince()))
        : "You added %s %s ago and have not been in touch since"
            .formatted(contact.name(), days(contact.daysSince()));
  }

  private static String days(long days) {
    return days == 1 ? "1 day" : days + " days";
  }

  private static String listed(List<String> names) {
    return names.size() < 2
        ? String.join("", names)
        : String.join(", ", names.subList(0, names.size() - 1)) + " and " + names.getLast();
  }
}
