package dev.millrace.suggestion;

import dev.millrace.job.Batches;
import dev.millrace.job.EachUser;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.UUID;
import org.springframework.stereotype.Component;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * What time alone does to suggestions: those about to begin expire, those whose snooze is over come
 * back. Each user is a transaction of its own, so a crash half-way loses nothing and repeats
 * nothing.
 */
@Component
public class SuggestionAging {

  /** An offer that begins sooner than this cannot be answered any more. */
  static final Duration TOO_LATE = Duration.ofHours(1);

  private final Suggestions suggestions;
  private final AgingOffers offers;
  private final OpenOffers openOffers;
  private final SuggestionRepair repair;
  private final TransactionTemplate transaction;
  private final Clock clock;

  SuggestionAging(
      Suggestions suggestions,
      AgingOffers offers,
      OpenOffers openOffers,
      SuggestionRepair repair,
      PlatformTransactionManager transactions,
      Clock clock) {
    this.suggestions = suggestions;
    this.offers = offers;
    this.openOffers = openOffers;
    this.repair = repair;
    this.transaction = new TransactionTemplate(transactions);
    this.clock = clock;
  }

  /**
   * What happened, and who has room for new suggestions now.
   *
   * @param generate payloads for suggestion-generation, one a user
   * @param changed users whose list of offers is another now, or may be
   * @param failure of the first user who could not be served, else null: to be thrown once what
   *     follows for the others is done
   */
  public record Aged(
      Map<String, Integer> result,
      List<List<Map<String, Object>>> generate,
      Collection<UUID> changed,
      RuntimeException failure) {}

  /**
   * Expires and wakes what is due now; a second run at the same moment finds nothing. Says also
   * what went wrong on the way.
   */
  public Aged age() {
    Instant now = clock.instant();
    Instant tooLate = now.plus(TOO_LATE);
    Collection<UUID> withRoom = new TreeSet<>();
    Collection<UUID> changed = new TreeSet<>();
    Tally all = new Tally();
    RuntimeException failure =
        EachUser.of(
            offers.users(tooLate, now),
            user -> {
              // before it is done, because a commit that fails may have been one
              changed.add(user);
              Tally done = transaction.execute(status -> age(user, tooLate, now));
              all.add(done);
              if (done.expired + done.dismissed > 0) {
                withRoom.add(user);
              }
            });
    return new Aged(
        Map.of("expired", all.expired, "resurfaced", all.resurfaced, "moved", all.moved),
        Batches.of(
            withRoom.stream()
                .map(user -> Map.<String, Object>of("userId", user.toString()))
                .toList()),
        changed,
        failure);
  }

  private Tally age(UUID user, Instant tooLate, Instant now) {
    suggestions.lock(user);
    Tally tally = new Tally();
    tally.expired += offers.expireStartingBefore(user, tooLate, now);
    if (openOffers.toWake(user, now).isEmpty()) {
      return tally;
    }
    // before they wake: what is about an event goes where the event is now, or goes for good
    SuggestionRepair.Repaired repaired = repair.repair(user);
    tally.moved += repaired.moved();
    tally.dismissed += repaired.dismissed();
    for (OpenOffer offer : openOffers.toWake(user, now)) {
      wake(offer, tooLate, tally);
    }
    return tally;
  }

  private void wake(OpenOffer offer, Instant tooLate, Tally tally) {
    Suggestion suggestion = offer.suggestion();
    if (!suggestion.slot().start().isBefore(tooLate)
        && (!suggestion.timebound() || repair.fits(offer))
        && offers.wake(suggestion)) {
      tally.resurfaced++;
    } else if (repair.moveToFreeTime(suggestion)) {
      tally.moved++;
    } else {
      offers.expire(suggestion);
      tally.expired++;
    }
  }

  private static final class Tally {

    private int expired;
    private int resurfaced;
    private int moved;
    private int dismissed;

    void add(Tally other) {
      expired += other.expired;
      resurfaced += other.resurfaced;
      moved += other.moved;
      dismissed += other.dismissed;
    }
  }
}
