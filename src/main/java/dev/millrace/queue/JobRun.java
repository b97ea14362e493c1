package dev.millrace.queue;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BiConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One attempt at a job, from the fetch until Redis knows how it ended. Exactly one of the methods
 * that end it counts: the first. Once the lock is lost none does, because another worker has the
 * job.
 */
public final class JobRun {

  /** Stack traces are for people; more than this many tell no more. */
  private static final int STACK_TRACES = 10;

  /** As far off as the score of a delayed job reaches. */
  private static final Instant LATEST = Instant.ofEpochMilli(Long.MAX_VALUE / 8192);

  /** Longer waits mean for ever, and their milliseconds may not fit into a number. */
  private static final Duration LONGEST = Duration.ofDays(3650);

  private static final Logger LOG = LoggerFactory.getLogger(JobRun.class);

  private final Job job;
  private final String token;
  private final long startedMillis;
  private final ConsumerOptions options;
  private final boolean claimed;
  private final BiConsumer<JobRun, Ending> sink;
  private final AtomicBoolean ended = new AtomicBoolean();
  private volatile Thread thread;
  private volatile boolean shared;
  private volatile Exception stopped;
  private volatile CompletableFuture<Boolean> waiting;
  private List<JobRun> batch = List.of(this);
  long renewedNanos;
  boolean renewed;
  Future<?> alarm;

  /** The job as it stood in Redis; empty for one that was claimed. */
  Map<String, String> hash = Map.of();

  /**
   * @param claimed whether it never stood in the queue, because its producer was in this process
   */
  JobRun(
      Job job,
      String token,
      long nowMillis,
      ConsumerOptions options,
      boolean claimed,
      BiConsumer<JobRun, Ending> sink) {
    this.job = job;
    this.token = token;
    this.startedMillis = nowMillis;
    this.options = options;
    this.claimed = claimed;
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
   * @param returnValue JSON text; {@code "null"} or null for nothing
   */
  public void complete(String returnValue) {
    end(Ending.Kind.COMPLETED, returnValue == null ? "null" : returnValue, "", null);
  }

  /**
   * There was nothing to do: the job is completed, counted apart, with {@code {"skipped": reason}}
   * as its return value.
   */
  public void skip(String reason) {
    String value = Json.write(Json.MAPPER.createObjectNode().put("skipped", reason));
    end(Ending.Kind.SKIPPED, value, "", null);
  }

  /**
   * The attempt failed. The job runs again after its backoff while it has attempts left.
   *
   * @param recoverable false: no further attempt, BullMQ's UnrecoverableError
   */
  public void fail(Throwable cause, boolean recoverable) {
    failed(cause, recoverable);
  }

  /** Returns whether it counted. */
  private boolean failed(Throwable cause, boolean recoverable) {
    String reason = StackText.reason(cause);
    String stacks = stacks(cause);
    Duration wait = recoverable && job.hasAttemptsLeft() ? backoff(cause) : null;
    if (wait == null) {
      return end(Ending.Kind.FAILED, reason, stacks, null);
    }
    return wait.isZero() || wait.isNegative()
        ? end(Ending.Kind.RETRY, reason, stacks, null)
        : end(Ending.Kind.BACKOFF, reason, stacks, atMost(bounded(wait)));
  }

  private Duration bounded(Duration wait) {
    Duration longest = options.backoffMax();
    return longest != null && wait.compareTo(longest) > 0 ? longest : wait;
  }

  /** Null = no further attempt. */
  private Duration backoff(Throwable cause) {
    Backoff backoff = job.options().backoff();
    if (backoff == null) {
      return Duration.ZERO;
    }
    int attemptsMade = job.attemptsMade() + 1;
    if (backoff.type() == Backoff.Type.CUSTOM && options.backoff() != null) {
      try {
        return options.backoff().after(attemptsMade, backoff.name(), cause, job);
      } catch (RuntimeException e) {
        LOG.error(
            "The backoff strategy failed for job {} of queue {}, so it gets no further attempt",
            job.id(),
            job.queue(),
            e);
        return null;
      }
    }
    return backoff.after(attemptsMade, job.options().byBull(), ThreadLocalRandom.current());
  }

  /**
   * The job is to run later and uses no attempt: a quota, a lease, quiet hours. A time in the past
   * means at once.
   */
  public void waitUntil(Instant time) {
    Instant due = time.isBefore(Instant.EPOCH) ? Instant.EPOCH : time;
    due = due.isAfter(LATEST) ? LATEST : due;
    end(Ending.Kind.WAIT, "", "", Duration.between(Instant.EPOCH, due));
  }

  /**
   * The whole queue is to pause for this long: the job goes back to the front and uses no attempt.
   * Workers with a rate limit, of whatever fleet, begin no job meanwhile, and this consumer
   * neither; BullMQ's {@code rateLimit(ms)} with its RateLimitError.
   */
  public void rateLimit(Duration pause) {
    if (pause.isNegative() || pause.isZero()) {
      throw new IllegalArgumentException("rateLimit " + pause + " is not positive");
    }
    end(Ending.Kind.LIMIT, "", "", atMost(pause));
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

  /**
   * A job that never stood in the queue has none but those that it was given while it ran, and then
   * it asks for them.
   */
  boolean mayHaveChildren() {
    return !claimed || waiting != null;
  }

  /** Tells who asked for the wait what the turn said. */
  void answerWaiting(long code) {
    CompletableFuture<Boolean> asked = waiting;
    // Whoever goes on from the answer must not do so on the engine's loop.
    Thread.startVirtualThread(
        () -> {
          if (code == Turn.Reply.DONE || code == Turn.Reply.NO_CHILDREN) {
            asked.complete(code == Turn.Reply.DONE);
          } else {
            asked.completeExceptionally(
                new IllegalStateException(
                    "job "
                        + job.id()
                        + " cannot wait for its children: "
                        + Turn.Reply.reason(code)));
          }
        });
  }

  private static Duration atMost(Duration wait) {
    return wait.compareTo(LONGEST) > 0 ? LONGEST : wait;
  }

  /** Hands the job back to the front of the line, without using an attempt. */
  void release() {
    if (end(Ending.Kind.RELEASE, "", "", null)) {
      interrupt();
    }
  }

  /**
   * Fails the attempt from outside; its thread is interrupted and what it still says is ignored.
   */
  void cancel(String reason) {
    stop(new CancellationException(reason == null ? "The run was cancelled" : reason));
  }

  void timeOut(Duration limit) {
    stop(new TimeoutException("The run took longer than its timeout of " + limit));
  }

  /** While it asks whether to wait for children it cannot be stopped; it is when it goes on. */
  private void stop(Exception cause) {
    if (failed(cause, true)) {
      interrupt();
    } else if (waiting != null && !waiting.isDone()) {
      stopped = cause;
    }
  }

  void lose() {
    ended.set(true);
    if (alarm != null) {
      alarm.cancel(false);
    }
    interrupt();
  }

  void runningOn(Thread current) {
    thread = current;
  }

  /** The runs that one handler call got, this one among them. */
  void inBatch(List<JobRun> runs) {
    batch = runs;
  }

  /** Others work the queue too, and may have noted this job as active. */
  void sharedWithOthers() {
    shared = true;
  }

  boolean shared() {
    return shared;
  }

  String token() {
    return token;
  }

  ConsumerOptions options() {
    return options;
  }

  long startedMillis() {
    return startedMillis;
  }

  /** How long this run may last; null = for ever. */
  Duration timeout() {
    return job.options().timeout() == null ? options.timeout() : job.options().timeout();
  }

  /** Redis refused the end of this run; it goes on, to end in another way. */
  void reopen() {
    ended.set(false);
    Exception cause = stopped;
    stopped = null;
    if (cause != null) {
      stop(cause);
    }
  }

  private boolean end(Ending.Kind kind, String text, String stacks, Duration time) {
    if (ended.compareAndSet(false, true)) {
      if (alarm != null) {
        alarm.cancel(false);
      }
      sink.accept(this, new Ending(this, kind, text, stacks, time));
      return true;
    }
    return false;
  }

  private void interrupt() {
    Thread current = thread;
    // The thread works for the rest of its batch too.
    if (current != null && batch.stream().allMatch(JobRun::isEnded)) {
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
