package dev.millrace.suggestion;

import dev.millrace.job.JobFields;
import dev.millrace.job.PermanentException;
import dev.millrace.suggestion.SuggestionRepair.Repaired;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.springframework.stereotype.Component;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** Repairs a user's open suggestions after calendar, preferences or contacts changed. */
@Component
public class SuggestionRegeneration {

  private static final String REFRESH = "manual_refresh";
  private static final List<String> REASONS = List.of("calendar_sync", REFRESH, "preferences");

  private final Suggestions suggestions;
  private final OpenOffers openOffers;
  private final SuggestionRepair repair;
  private final FreshCalendars freshCalendars;
  private final SuggestionMeters meters;
  private final TransactionTemplate transaction;

  SuggestionRegeneration(
      Suggestions suggestions,
      OpenOffers openOffers,
      SuggestionRepair repair,
      FreshCalendars freshCalendars,
      SuggestionMeters meters,
      PlatformTransactionManager transactions) {
    this.suggestions = suggestions;
    this.openOffers = openOffers;
    this.repair = repair;
    this.freshCalendars = freshCalendars;
    this.meters = meters;
    this.transaction = new TransactionTemplate(transactions);
  }

  /**
   * What became of the offers.
   *
   * @param generate payload of suggestion-generation where the user has room for more, else none
   * @param user whose list of offers may be another now
   */
  public record Regenerated(
      Map<String, Integer> result, List<Map<String, Object>> generate, UUID user) {}

  /**
   * Reads the offers from the database, never from a cache, under the lock that generation takes.
   *
   * @param payload {@code userId} and {@code reason}: {@code calendar_sync} (the default), {@code
   *     preferences}, or {@code manual_refresh}, which withdraws all that is in no message yet,
   *     unless the calendar is too old to offer anything else
   * @throws PermanentException if the user does not exist, or a field is wrong
   */
  public Regenerated regenerate(Map<String, Object> payload) {
    UUID user = JobFields.requiredUuid(payload, "userId");
    String reason = JobFields.text(payload, "reason", REASONS.getFirst());
    if (!REASONS.contains(reason)) {
      throw JobFields.invalid("reason", reason, "one of " + String.join(", ", REASONS));
    }
    return transaction.execute(status -> regenerate(user, reason.equals(REFRESH)));
  }

  private Regenerated regenerate(UUID user, boolean refresh) {
    suggestions.lock(user);
    int refreshed = refresh && freshCalendars.has(user) ? dismissUnsent(user) : 0;
    Repaired repaired = repair.repair(user);
    boolean room = suggestions.countOpen(user).all() < Suggestions.MOST_OPEN;
    return new Regenerated(
        Map.of(
            "kept", repaired.kept(),
            "moved", repaired.moved(),
            "dismissed", repaired.dismissed() + refreshed,
            "conflicts", repaired.conflicts()),
        room ? List.of(Map.of("userId", user.toString())) : List.of(),
        user);
  }

  private int dismissUnsent(UUID user) {
    List<String> dismissed = openOffers.dismissUnsent(user, "refresh");
    dismissed.forEach(trigger -> meters.entered(trigger, "dismissed"));
    return dismissed.size();
  }
}
