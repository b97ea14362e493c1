package dev.millrace.suggestion;

import dev.millrace.job.JobFields;
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

  private final Suggestions suggestions;
  private final SuggestionRepair repair;
  private final TransactionTemplate transaction;

  SuggestionRegeneration(
      Suggestions suggestions, SuggestionRepair repair, PlatformTransactionManager transactions) {
    this.suggestions = suggestions;
    this.repair = repair;
    this.transaction = new TransactionTemplate(transactions);
  }

  /**
   * What became of the offers.
   *
   * @param generate payload of suggestion-generation where the user has room for more, else none
   * @param changed the user, where the list of offers is another now, else none
   */
  public record Regenerated(
      Map<String, Integer> result, List<Map<String, Object>> generate, List<UUID> changed) {}

  /**
   * Reads the offers from the database, never from a cache, under the lock that generation takes.
   */
  public Regenerated regenerate(Map<String, Object> payload) {
    UUID user = JobFields.requiredUuid(payload, "userId");
    return transaction.execute(
        status -> {
          suggestions.lock(user);
          Repaired repaired = repair.repair(user);
          boolean room = suggestions.countOpen(user) < Suggestions.MOST_OPEN;
          return new Regenerated(
              Map.of(
                  "kept", repaired.kept(),
                  "moved", repaired.moved(),
                  "dismissed", repaired.dismissed(),
                  "conflicts", repaired.conflicts()),
              room ? List.of(Map.of("userId", user.toString())) : List.of(),
              repaired.conflicts() > 0 ? List.of(user) : List.of());
        });
  }
}
