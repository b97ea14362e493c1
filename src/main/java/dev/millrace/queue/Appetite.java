package dev.millrace.queue;

import java.time.Duration;
import java.util.concurrent.Future;

/**
 * What a consumer knows of the jobs that it does not have, so that its turns ask Redis for no more
 * than is needed. Belongs to the engine's loop.
 *
 * <p><b>Hope.</b> A marker says that there is surely something to take. After as many jobs were
 * taken as were asked for there may be more; the next turn then looks before it takes, and the same
 * look tells whether the queue is drained. Else nobody asks.
 *
 * <p><b>Duty.</b> Whoever pops a marker has to wake others when he leaves jobs behind. That is
 * found out with the next turn, which comes at once when jobs are short, or by a look of its own
 * after {@link #PATIENCE}.
 *
 * <p><b>Delayed jobs</b> are looked for when the first is due, and once at the beginning: whoever
 * adds an earlier one writes a marker with its time.
 */
final class Appetite {

  /** Longer than most jobs and turns, and shorter than anybody notices. */
  private static final Duration PATIENCE = Duration.ofMillis(20);

  private enum Hope {
    NONE,
    MAYBE,
    SURE
  }

  private final EngineLoop loop;
  private final Runnable fulfilDuty;
  private Hope hope = Hope.NONE;
  private boolean delayedDue = true;
  private boolean priorities;
  private boolean duty;
  private boolean full;
  private Future<?> dutyCheck;

  Appetite(EngineLoop loop, Runnable fulfilDuty) {
    this.loop = loop;
    this.fulfilDuty = fulfilDuty;
  }

  boolean isHungry() {
    return hope != Hope.NONE;
  }

  /** Whether there may be jobs that came before any other that is added now. */
  boolean isBusy() {
    return isHungry() || duty;
  }

  /** Somebody says that there is something. */
  void sure() {
    hope = Hope.SURE;
  }

  /** A look may be worth while. */
  void maybe() {
    if (hope == Hope.NONE) {
      hope = Hope.MAYBE;
    }
  }

  /** A marker was popped, and with it the duty of waking others. */
  void markerPopped() {
    hope = Hope.SURE;
    duty = true;
  }

  /** Nothing is known any more: everything is to be looked at. */
  void forget() {
    hope = Hope.SURE;
    delayedDue = true;
  }

  /** Nobody told of anything, but nobody would. */
  void glance() {
    delayedDue = true;
    maybe();
  }

  void delayedDue() {
    delayedDue = true;
    hope = Hope.SURE;
  }

  /** The turn's flags; what is wanted from here on comes too late for that turn. */
  String takeFlags() {
    String flags =
        (hope == Hope.SURE ? "s" : "") + (delayedDue ? "d" : "") + (priorities ? "p" : "");
    hope = Hope.NONE;
    delayedDue = false;
    return flags;
  }

  /** Puts back what a turn that failed had been told. */
  void untake(String flags) {
    delayedDue = delayedDue || flags.contains("d");
    hope = Hope.SURE;
  }

  void took(Job job) {
    priorities = priorities || job.priority() > 0;
  }

  /** After a turn that was to take jobs. */
  void turned(Turn.Rest rest) {
    switch (rest) {
      case NONE -> {
        priorities = false;
        full = false;
        if (!isHungry()) {
          // Else a marker came after the turn was sent, and what it tells of may be left.
          dutyDone();
        }
      }
      case UNKNOWN -> {
        // The second time in a row there is a backlog, and looking first would be one call too
        // many.
        hope = full ? Hope.SURE : hope == Hope.SURE ? Hope.SURE : Hope.MAYBE;
        full = true;
        checkDutyLater();
      }
      case NOT_LOOKED -> full = false;
    }
  }

  /** Whether others may have to be woken; the one who asks does it. */
  boolean takeDuty() {
    boolean had = duty;
    dutyDone();
    return had;
  }

  void cancel() {
    dutyDone();
  }

  /** The look for the duty's sake could not be taken now. */
  void dutyLater() {
    duty = true;
    checkDutyLater();
  }

  private void checkDutyLater() {
    if (duty && (dutyCheck == null || dutyCheck.isDone())) {
      dutyCheck = loop.later(PATIENCE, fulfilDuty);
    }
  }

  private void dutyDone() {
    duty = false;
    if (dutyCheck != null) {
      dutyCheck.cancel(false);
      dutyCheck = null;
    }
  }
}
