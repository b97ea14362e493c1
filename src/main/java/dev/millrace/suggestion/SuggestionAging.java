package dev.millrace.suggestion;

import dev.millrace.job.Batches;
import dev.millrace.job.EachUser;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
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
  private final SuggestionRepair repair;
  private final TransactionTemplate transaction;
  private final Clock clock;

  SuggestionAging(
      Suggestions suggestions,
      AgingOffers offers,
      SuggestionRepair repair,
      PlatformTransactionManager transactions,
      Clock clock) {
    this.suggestions = suggestions;
    this.offers = offers;
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
    List<UUID> expired = offers.expireStartingBefore(now.plus(TOO_LATE), now);
    Collection<UUID> withRoom = new TreeSet<>(expired);
    Collection<UUID> changed = new TreeSet<>(expired);
    List<Woken> woken = new ArrayList<>();
    RuntimeException failure =
        EachUser.of(
            offers.usersToWake(now),
            user -> {
              // before it is done, because a commit that fails may have been one
              changed.add(user);
              Woken done = transaction.execute(status -> wake(user, now));
              woken.add(done);
              if (done.expired() > 0) {
                withRoom.add(user);
              }
            });
    Woken all = woken.stream().reduce(new Woken(0, 0, 0), Woken::plus);
    return new Aged(
        Map.of(
            "expired", expired.size() + all.expired(),
            "resurfaced", all.resurfaced(),
            "moved", all.moved()),
        Batches.of(
            withRoom.stream()
                .map(user -> Map.<String, Object>of("userId", user.toString()))
                .toList()),
        changed,
        failure);
  }

  private Woken wake(UUID user, Instant now) {
    suggestions.lock(user);
    FreeTime free = repair.beside(user);
    int resurfaced = 0;
    int moved = 0;
    int expired = 0;
    for (Suggestion suggestion : offers.toWake(user, now)) {
      if (!suggestion.slot().start().isBefore(now.plus(TOO_LATE))
          && repair.fits(suggestion, free)
          && offers.wake(suggestion)) {
        resurfaced++;
      } else if (repair.moveToFreeTime(suggestion)) {
        moved++;
      } else {
        offers.expire(suggestion);
        expired++;
      }
    }
    return new Woken(resurfaced, moved, expired);
  }

  private record Woken(int resurfaced, int moved, int expired) {

    Woken plus(Woken other) {
      return new Woken(resurfaced + other.resurfaced, moved + other.moved, expired + other.expired);
    }
  }
}
