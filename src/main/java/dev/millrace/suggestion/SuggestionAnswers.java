package dev.millrace.suggestion;

import dev.millrace.notification.SettledNotices;
import dev.millrace.suggestion.Answered.Outcome;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.UUID;
import java.util.function.BiFunction;
import org.springframework.stereotype.Component;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * What users say to suggestions. Each answer takes the user's lock, as generation and regeneration
 * do, so whoever commits first wins and the other sees what is left. Counts in {@code
 * millrace.suggestion.answers} by answer and outcome.
 */
@Component
public class SuggestionAnswers {

  /** How long a snooze is that says no time. */
  public static final Duration USUAL_SNOOZE = Duration.ofDays(7);

  /** The longest snooze. */
  public static final Duration LONGEST_SNOOZE = Duration.ofDays(60);

  static final String BY_USER = "user";

  private final Suggestions suggestions;
  private final AnswerRows rows;
  private final OpenOffers openOffers;
  private final FreeTimes freeTimes;
  private final SettledNotices notices;
  private final TransactionTemplate transaction;
  private final SuggestionMeters meters;
  private final Clock clock;

  SuggestionAnswers(
      Suggestions suggestions,
      AnswerRows rows,
      OpenOffers openOffers,
      FreeTimes freeTimes,
      SettledNotices notices,
      PlatformTransactionManager transactions,
      SuggestionMeters meters,
      Clock clock) {
    this.suggestions = suggestions;
    this.rows = rows;
    this.openOffers = openOffers;
    this.freeTimes = freeTimes;
    this.notices = notices;
    this.transaction = new TransactionTemplate(transactions);
    this.meters = meters;
    this.clock = clock;
  }

  /** Agrees to the time, unless it was moved or is not free any more. */
  public Answered accept(UUID user, UUID suggestion) {
    return answer("accept", user, suggestion, this::accepted);
  }

  /**
   * Says "not this". Who was suggested rests for 14 days, or half the days that were wished between
   * two meetings if those are more. After a move it counts for the offer at the new time, because
   * it is about the people. A meeting that was agreed on and has not begun is called off so.
   */
  public Answered dismiss(UUID user, UUID suggestion) {
    return answer("dismiss", user, suggestion, this::dismissed);
  }

  /**
   * Says "later". The time is free for others meanwhile; if it is not free any more when the snooze
   * is over, another is looked for. If the time itself passes meanwhile, the offer expires, and its
   * people are suggested anew once the snooze is over. Counts after a move as {@link #dismiss}
   * does.
   *
   * @param until null means in 7 days, or as it was if it is snoozed already; at most 60 days ahead
   * @throws IllegalArgumentException when it is not ahead, or further
   */
  public Answered snooze(UUID user, UUID suggestion, Instant until) {
    Instant now = clock.instant();
    if (until != null && (!until.isAfter(now) || until.isAfter(now.plus(LONGEST_SNOOZE)))) {
      throw new IllegalArgumentException(
          "until is " + until + "; it has to be after " + now + ", by 60 days at most.");
    }
    // as the database keeps it, or the same said again would be another
    Instant kept = until == null ? null : until.truncatedTo(ChronoUnit.MICROS);
    return answer("snooze", user, suggestion, (whose, offer) -> snoozed(whose, offer, kept));
  }

  private Answered answer(
      String answer, UUID user, UUID suggestion, BiFunction<UUID, AnswerableOffer, Answered> does) {
    Answered answered =
        transaction.execute(
            status -> {
              suggestions.lock(user);
              return rows.find(user, suggestion)
                  .map(offer -> does.apply(user, offer))
                  .orElseGet(Answered::unknown);
            });
    meters.answered(answer, answered.outcome());
    return answered;
  }

  private Answered accepted(UUID user, AnswerableOffer asked) {
    AnswerableOffer offer = latest(user, asked);
    if (offer.is("accepted")) {
      return offer.as(Outcome.REPEATED);
    }
    Instant now = clock.instant();
    if (!offer.open() || offer.begins(now)) {
      return offer.as(Outcome.GONE);
    }
    if (!offer.id().equals(asked.id())) {
      return offer.as(Outcome.MOVED);
    }
    if (isTaken(user, offer.id()) || !rows.accept(offer, now)) {
      return offer.as(Outcome.TAKEN);
    }
    return settled(user, offer);
  }

  /** By the rule that tells later of a meeting that it collides. */
  private boolean isTaken(UUID user, UUID id) {
    OpenOffer offer = openOffers.one(user, id);
    Timetable timetable = freeTimes.read(user, offer.slot().start(), offer.slot().end());
    return timetable.collides(offer) || timetable.agreedBeside(offer);
  }

  private Answered dismissed(UUID user, AnswerableOffer asked) {
    AnswerableOffer offer = latest(user, asked);
    if (offer.is("dismissed") && BY_USER.equals(offer.reason())) {
      return offer.as(Outcome.REPEATED);
    }
    Instant now = clock.instant();
    boolean agreed = offer.is("accepted") && !offer.begins(now);
    if (!offer.open() && !agreed) {
      return offer.as(Outcome.GONE);
    }
    rows.dismiss(offer, BY_USER, now);
    return settled(user, offer);
  }

  private Answered snoozed(UUID user, AnswerableOffer asked, Instant until) {
    AnswerableOffer offer = latest(user, asked);
    Instant now = clock.instant();
    if (!offer.open() || offer.begins(now)) {
      return offer.as(Outcome.GONE);
    }
    if (offer.is("snoozed") && (until == null || until.equals(offer.snoozedUntil()))) {
      return offer.as(Outcome.REPEATED);
    }
    rows.snooze(
        offer, until == null ? now.plus(USUAL_SNOOZE).truncatedTo(ChronoUnit.MICROS) : until, now);
    return settled(user, offer);
  }

  private AnswerableOffer latest(UUID user, AnswerableOffer offer) {
    return offer.is("superseded") ? rows.successor(user, offer.id()).orElse(offer) : offer;
  }

  private Answered settled(UUID user, AnswerableOffer offer) {
    notices.settle(user, offer.id(), "answered");
    return offer.as(Outcome.DONE);
  }
}
