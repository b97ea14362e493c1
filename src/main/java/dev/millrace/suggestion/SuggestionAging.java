package dev.millrace.suggestion;

import dev.millrace.job.Batches;
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
  private final SuggestionRepair repair;
  private final TransactionTemplate transaction;
  private final Clock clock;

  SuggestionAging(
      Suggestions suggestions,
      SuggestionRepair repair,
      PlatformTransactionManager transactions,
      Clock clock) {
    this.suggestions = suggestions;
    this.repair = repair;
    this.transaction = new TransactionTemplate(transactions);
    this.clock = clock;
  }

  /** Whether a run would find anything to expire or to wake. */
  public boolean due() {
    Instant now = clock.instant();
    return suggestions.anyToAge(now.plus(TOO_LATE), now);
  }

  /**
   * What happened, and who has room for new suggestions now.
   *
   * @param generate payloads for suggestion-generation, one a user
   * @param changed users whose list of offers is another now, or may be
   * @param failure what ended the run early, else null; {@link #settle} throws it, once what
   *     follows for the users before is done
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
    List<UUID> expired = suggestions.expireStartingBefore(now.plus(TOO_LATE));
    Collection<UUID> withRoom = new TreeSet<>(expired);
    Collection<UUID> changed = new TreeSet<>(expired);
    Woken all = new Woken(0, 0, 0);
    RuntimeException failure = null;
    try {
      for (UUID user : suggestions.usersToWake(now)) {
        // before it is done, because a commit that fails may have been one
        changed.add(user);
        Woken woken = transaction.execute(status -> wake(user, now));
        if (woken.expired() > 0) {
          withRoom.add(user);
        }
        all = all.plus(woken);
      }
    } catch (RuntimeException e) {
      failure = e;
    }
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

  /** The job's return value, or what ended the run early. */
  public Map<String, Integer> settle(Aged aged) {
    if (aged.failure() != null) {
      throw aged.failure();
    }
    return aged.result();
  }

  private Woken wake(UUID user, Instant now) {
    suggestions.lock(user);
    FreeTime free = repair.beside(user);
    int resurfaced = 0;
    int moved = 0;
    int expired = 0;
    for (Suggestion suggestion : suggestions.toWake(user, now)) {
      if (repair.fits(suggestion, free) && suggestions.wake(suggestion)) {
        resurfaced++;
      } else if (repair.moveToFreeTime(suggestion)) {
        moved++;
      } else {
        suggestions.expire(suggestion);
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
