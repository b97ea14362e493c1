package dev.millrace.suggestion;

import io.micrometer.core.instrument.MeterRegistry;
import java.util.Locale;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/**
 * Counts what becomes of suggestions: {@code suggestions} by trigger and the state entered, and
 * {@code suggestion.moves}; and what users answer, as {@code millrace.suggestion.answers}. What a
 * transaction did counts once it is committed. The share of accepted ones is {@code accepted} over
 * {@code pending}: a move enters {@code superseded} only.
 */
@Component
class SuggestionMeters {

  private final MeterRegistry meters;

  SuggestionMeters(MeterRegistry meters) {
    this.meters = meters;
  }

  /** A suggestion entered a state, {@code pending} when it was made. */
  void entered(String trigger, String state) {
    entered(trigger, state, 1);
  }

  /** Several did. */
  void entered(String trigger, String state, int count) {
    afterCommit(
        () -> meters.counter("suggestions", "trigger", trigger, "state", state).increment(count));
  }

  /** An open offer has another time now. */
  void moved() {
    afterCommit(() -> meters.counter("suggestion.moves").increment());
  }

  /** The user answered, with what outcome. */
  void answered(String answer, Enum<?> outcome) {
    afterCommit(
        () ->
            meters
                .counter(
                    "millrace.suggestion.answers",
                    "answer",
                    answer,
                    "outcome",
                    outcome.name().toLowerCase(Locale.ROOT))
                .increment());
  }

  private static void afterCommit(Runnable count) {
    if (!TransactionSynchronizationManager.isSynchronizationActive()) {
      count.run();
      return;
    }
    TransactionSynchronizationManager.registerSynchronization(
        new TransactionSynchronization() {
          @Override
          public void afterCommit() {
            count.run();
          }
        });
  }
}
