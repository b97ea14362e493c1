package dev.millrace.queue;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BiConsumer;

/**
 * One attempt at a job, from the fetch until Redis knows how it ended. Exactly one of {@link
 * #complete}, {@link #fail}, {@link #waitUntil}, {@link #moveToWaitingChildren} counts: the first.
 * Once the lock is lost none does, because another worker has the job.
 */
public final class JobRun {

  /** Stack traces are for people; more than this many tell no more. */
  private static final int STACK_TRACES = 10;

  /** As far off as the score of a delayed job reaches. */
  private static final Instant LATEST = Instant.ofEpochMilli(Long.MAX_VALUE / 8192);

  private final Job job;
  private final String token;
  private final long startedMillis;
  private final BiConsumer<JobRun, Ending> sink;
  private final AtomicBoolean ended = new AtomicBoolean();
  private volatile Thread thread;
  private volatile CompletableFuture<Boolean> waiting = new CompletableFuture<>();
  long renewedNanos;

  JobRun(Job job, String token, long nowMillis, BiConsumer<JobRun, Ending> sink) {
    this.job = job;
    this.token = token;
    this.startedMillis = nowMillis;
    this.renewedNanos = System.nanoTime();
    this.sink = sink;
  }

  public Job job() {
    return job;
  }

  /** Whether the run was ended, by whomever. */
  public boolean isEnded() {
    return ended.get();
  }

  /**
   * The job is done.
   *
   * @param returnValue JSON text, {@code "null"} for nothing
   */
  public void complete(String returnValue) {
    end(new Ending(this, Ending.Kind.COMPLETED, returnValue, "", null));
  }

  /**
   * The attempt failed. The job runs again after its backoff while it has attempts left.
   *
   * @param recoverable false: no further attempt, BullMQ's UnrecoverableError
   */
  public void fail(Throwable cause, boolean recoverable) {
    end(failing(cause, recoverable));
  }

  Ending failing(Throwable cause, boolean recoverable) {
    String reason = StackText.reason(cause);
    String stacks = stacks(cause);
    if (!recoverable || !job.hasAttemptsLeft()) {
      return new Ending(this, Ending.Kind.FAILED, reason, stacks, null);
    }
    Backoff backoff = job.options().backoff();
    Duration wait =
        backoff == null
            ? Duration.ZERO
            : backoff.after(job.attemptsMade() + 1, ThreadLocalRandom.current());
    return wait.isZero()
        ? new Ending(this, Ending.Kind.RETRY, reason, stacks, null)
        : new Ending(this, Ending.Kind.BACKOFF, reason, stacks, wait);
  }

  /**
   * The job is to run later and uses no attempt: a quota, a lease, quiet hours. A time in the past
   * means at once.
   */
  public void waitUntil(Instant time) {
    Instant due = time.isBefore(Instant.EPOCH) ? Instant.EPOCH : time;
    due = due.isAfter(LATEST) ? LATEST : due;
    end(new Ending(this, Ending.Kind.WAIT, "", "", Duration.between(Instant.EPOCH, due)));
  }

  /**
   * Parks the job until the children that it was given while it ran have ended; then it runs again,
   * and no attempt is used. What is called in between on this run does not count.
   *
   * @return true: the job waits and this run is over. False: no child is pending, the run goes on.
   *     Fails with an {@link IllegalStateException} when a child failed that fails its parent (the
   *     run goes on and should fail), or when the run had ended already or was lost
   */
  public CompletableFuture<Boolean> moveToWaitingChildren() {
    CompletableFuture<Boolean> answer = new CompletableFuture<>();
    if (ended.compareAndSet(false, true)) {
      waiting = answer;
      sink.accept(this, new Ending(this, Ending.Kind.WAIT_FOR_CHILDREN, "", "", null));
    } else {
      answer.completeExceptionally(
          new IllegalStateException("job " + job.id() + " cannot wait: its run has ended"));
    }
    return answer;
  }

  /** The job does not wait for its children after all. */
  void goOn() {
    ended.set(false);
  }

  /** Tells who asked for the wait what the turn said; not on the engine's loop. */
  void answerWaiting(long code) {
    if (code == Turn.Reply.DONE || code == Turn.Reply.NO_CHILDREN) {
      waiting.complete(code == Turn.Reply.DONE);
    } else {
      String reason =
          code == Turn.Reply.CHILD_FAILED
              ? "a child failed that fails its parent; let the run fail"
              : Turn.Reply.reason(code);
      waiting.completeExceptionally(
          new IllegalStateException(
              "job " + job.id() + " cannot wait for its children: " + reason));
    }
  }

  /** Hands the job back to the front of the line, without using an attempt. */
  void release() {
    end(new Ending(this, Ending.Kind.RELEASE, "", "", null));
    interrupt();
  }

  void lose() {
    ended.set(true);
    interrupt();
  }

  void runningOn(Thread current) {
    thread = current;
  }

  String token() {
    return token;
  }

  long startedMillis() {
    return startedMillis;
  }

  private void end(Ending ending) {
    if (ended.compareAndSet(false, true)) {
      sink.accept(this, ending);
    }
  }

  private void interrupt() {
    Thread current = thread;
    if (current != null) {
      current.interrupt();
    }
  }

  private String stacks(Throwable cause) {
    List<String> traces = new ArrayList<>(job.stackTraces());
    traces.add(StackText.of(cause));
    int limit = job.options().stackTraceLimit();
    int keep = limit < 0 ? STACK_TRACES : limit;
    return Json.write(traces.subList(Math.max(traces.size() - keep, 0), traces.size()));
  }
}
