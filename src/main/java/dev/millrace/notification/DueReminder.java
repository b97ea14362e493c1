package dev.millrace.notification;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/**
 * A notice that its user is to be reminded of.
 *
 * @param stage messages that were sent about it
 * @param integration of a dead grant; null for other kinds
 * @param since when the grant died; null for other kinds
 * @param item the unanswered suggestion; null for other kinds
 * @param moved whether the user knows of it at another time alone
 */
record DueReminder(
    UUID noticeId,
    String kind,
    int stage,
    Instant openedAt,
    String integration,
    Instant since,
    DigestItem item,
    boolean moved) {

  private static final Duration LAST = Duration.ofDays(21);
  private static final Duration SHORTEST_GAP = Duration.ofDays(7);
  private static final int LAST_STAGE = 3;
  private static final Duration LIFE = Duration.ofDays(7);
  private static final Duration TOO_LATE = Duration.ofHours(1);

  /** Messages about it once this reminder is written. */
  int nextStage() {
    return stage + 1;
  }

  /**
   * When to remind again: of a dead grant 21 days after it was noticed, and no sooner than a week
   * after the reminder before, which a pause may have delayed; of anything else not at all.
   */
  Optional<Instant> nextReminder(Instant now) {
    if (!kind.equals("token_invalid") || nextStage() >= LAST_STAGE) {
      return Optional.empty();
    }
    Instant last = openedAt.plus(LAST);
    Instant soonest = now.plus(SHORTEST_GAP);
    return Optional.of(last.isAfter(soonest) ? last : soonest);
  }

  /** From when on it is better not sent than sent late. */
  Instant expiresAt(Instant now) {
    return item == null ? now.plus(LIFE) : item.start().minus(TOO_LATE);
  }
}
