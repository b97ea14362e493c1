package dev.millrace.suggestion;

import java.math.BigDecimal;
import java.util.List;
import java.util.UUID;

/**
 * A suggestion as its user sees it. Times are texts of ISO 8601 with the offset of {@code
 * timeZone}.
 *
 * @param snoozedUntil in UTC; null = it is not snoozed
 * @param toConfirm whether it was agreed on, is over since 30 days at most, and the user has not
 *     said yet whether it took place
 * @param met what the user said about that; null = nothing
 */
public record ListedSuggestion(
    UUID id,
    String state,
    String kind,
    String trigger,
    List<Person> contacts,
    String start,
    String end,
    String timeZone,
    String reasoning,
    BigDecimal priority,
    String snoozedUntil,
    boolean toConfirm,
    Boolean met) {

  /** Somebody to meet. */
  public record Person(UUID id, String name) {}

  /** Keeps names and texts out of logs. */
  @Override
  public String toString() {
    return "ListedSuggestion[" + id + "]";
  }
}
