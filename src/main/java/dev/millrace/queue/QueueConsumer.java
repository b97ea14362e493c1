package dev.millrace.queue;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One consumer's side of a queue: what runs, what has ended, and the turns that tell Redis of both.
 *
 * <p>There is no timer between an ending and its turn. While a turn is on its way further endings
 * pile up and leave together with the next one; so batches grow with load and an idle queue answers
 * at once.
 *
 * <p>All fields belong to the engine's loop.
 */
public final class QueueConsumer {

  private static final Logger LOG = LoggerFactory.getLogger(QueueConsumer.class);

  /** A turn carries at most so many endings, so that no call holds Redis up for long. */
  private static final int MOST_ENDINGS = 250;

  /** The same for jobs taken; Lua cannot hand on more than some 8,000 values at once anyway. */
  private static final int MOST_TAKEN = 1000;

  private final QueueEngine engine;
  private final ConsumerOptions options;
  private final QueueKeys keys;
  private final JobHandler handler;
  private final ExecutorService workers;

  private final Map<JobRun, Boolean> running = new LinkedHashMap<>();
  private final Deque<Ending> endings = new ArrayDeque<>();
  private final List<CompletableFuture<Void>> waitingForRest = new ArrayList<>();
  private List<Ending> inFlight = List.of();
  private boolean turning;
  private boolean wanted;
  private boolean blocked;
  private boolean suspended;
  private boolean closed;
  private long notBefore;
  private final RetryPause retry = new RetryPause();
  private final Alarm alarm;

  QueueConsumer(
      QueueEngine engine,
      ConsumerOptions options,
      QueueKeys keys,
      JobHandler handler,
      ExecutorService workers) {
    this.engine = engine;
    this.options = options;
    this.keys = keys;
    this.handler = handler;
    this.workers = workers;
    this.alarm = new Alarm(engine.loop(), this::due);
  }

  public String queue() {
    return options.queue();
  }

  /** Takes no further jobs, which other replicas now hear of; what runs goes on. */
  public void suspend() {
    engine
        .loop()
        .execute(
            () -> {
              if (takes()) {
                suspended = true;
                alarm.cancel();
                engine.putMarkersBack(this);
              }
            });
  }

  /** Takes jobs again, beginning with what came meanwhile. */
  public void resume() {
    engine
        .loop()
        .execute(
            () -> {
              suspended = false;
              want();
              engine.waiter().keysChanged();
            });
  }

  /**
   * Stops for good: takes no further jobs, gives running ones until the deadline, hands the rest
   * back to the front of their queue without using an attempt, and wakes whoever else sleeps on the
   * queue.
   *
   * @return completes when Redis knows of every job; never exceptionally
   */
  public CompletableFuture<Void> close(Duration deadline) {
    return engine.close(this, deadline);
  }

  /** Jobs that run now. */
  public int running() {
    return engine.ask(running::size);
  }

  // ---- on the loop from here on

  ConsumerOptions options() {
    return options;
  }

  QueueKeys keys() {
    return keys;
  }

  boolean takes() {
    return !suspended && !closed;
  }

  boolean isFull() {
    return running.size() >= options.concurrency();
  }

  /** Jobs whose ending Redis has not confirmed. */
  int held() {
    return active() + inFlight.size();
  }

  /**
   * Jobs in the active list that are ours. Redis hears of those in flight before it hears of
   * anything sent from now on.
   */
  int active() {
    return running.size() + endings.size();
  }

  Collection<JobRun> runs() {
    return running.keySet();
  }

  /** There may be something to take. */
  void want() {
    wanted = true;
    turn();
  }

  /** What was put off until now; another replica that has room sleeps until it hears of it. */
  private void due() {
    if (isFull()) {
      engine.line().putMarkerBack(keys.marker(), engine.loop().now(), "1");
    }
    want();
  }

  /** There will be something to take at this time (ms since the epoch). */
  void wantAt(long dueMillis) {
    alarm.at(dueMillis);
  }

  CompletableFuture<Void> atRest() {
    CompletableFuture<Void> rest = new CompletableFuture<>();
    waitingForRest.add(rest);
    checkRest();
    return rest;
  }

  void stopTaking() {
    closed = true;
    alarm.cancel();
  }

  /** The newest first: each goes to the very front of the line. */
  int releaseAll() {
    List<JobRun> rest = new ArrayList<>(running.keySet());
    Collections.reverse(rest);
    rest.forEach(JobRun::release);
    return rest.size();
  }

  void lose(JobRun run) {
    if (running.remove(run) == null) {
      return;
    }
    LOG.warn(
        "Job {} of queue {} lost its lock after {} ms: another worker may have it, so its end is not acknowledged",
        run.job().id(),
        queue(),
        engine.loop().now() - run.startedMillis());
    run.lose();
    ended(run, EngineListener.Outcome.LOST);
    engine.suspectStalled();
    // There is room now, and the queue may be parked for want of it.
    want();
    checkRest();
  }

  private void turn() {
    if (turning || !engine.isConnected()) {
      return;
    }
    long now = engine.loop().now();
    if (wanted && now < notBefore) {
      wantAt(notBefore);
    }
    boolean taking = wanted && takes() && now >= notBefore;
    int free = taking ? Math.min(options.concurrency() - running.size(), MOST_TAKEN) : 0;
    if (endings.isEmpty() && free <= 0) {
      return;
    }
    List<Ending> batch = new ArrayList<>();
    while (!endings.isEmpty() && batch.size() < MOST_ENDINGS) {
      batch.add(endings.poll());
    }
    // What is wanted from here on comes too late for this turn.
    wanted = wanted && free <= 0;
    turning = true;
    inFlight = batch;
    Turn turn = new Turn(Math.max(free, 0), engine.nextToken(), batch);
    engine
        .line()
        .run(
            Script.TURN, List.of(keys.meta()), turn.arguments(keys, engine.options(), options, now))
        .thenApply(reply -> Script.TURN.read(reply, turn::replyOf))
        .whenComplete(
            (reply, failure) ->
                engine
                    .loop()
                    .execute(
                        () -> {
                          turning = false;
                          inFlight = List.of();
                          if (failure == null) {
                            turned(turn, reply);
                          } else {
                            failed(batch, CommandLine.unwrap(failure));
                          }
                        }));
  }

  private void turned(Turn turn, Turn.Reply reply) {
    engine.succeeded();
    retry.reset();
    for (int i = 0; i < turn.endings().size(); i++) {
      confirmed(turn.endings().get(i), reply.codes().get(i));
    }
    if (turn.free() > 0) {
      blocked = reply.blocked();
      wanted = wanted || reply.more();
      if (!reply.limitedFor().isZero()) {
        notBefore = engine.loop().now() + reply.limitedFor().toMillis();
        wantAt(notBefore);
      }
      if (reply.nextDelayed() >= 0) {
        wantAt(reply.nextDelayed());
      }
      reply.jobs().forEach(taken -> start(taken, turn.token()));
    }
    engine.waiter().roomChanged(this);
    checkRest();
    turn();
  }

  private void confirmed(Ending ending, long code) {
    JobRun run = ending.run();
    if (code == Turn.Reply.DONE) {
      ended(run, ending.kind().outcome());
    } else {
      LOG.warn(
          "Job {} of queue {} could not be ended as {}: {}",
          run.job().id(),
          queue(),
          ending.kind().outcome(),
          Turn.Reply.reason(code));
      ended(run, EngineListener.Outcome.LOST);
      engine.suspectStalled();
    }
  }

  /**
   * Redis did not answer. What ended stays ended and is told again; after a lost reply the lock
   * tells that it arrived.
   */
  private void failed(List<Ending> batch, Throwable failure) {
    for (int i = batch.size() - 1; i >= 0; i--) {
      endings.addFirst(batch.get(i));
    }
    wanted = wanted || takes();
    engine.redisFailed("turning queue " + queue(), failure);
    if (closed && endings.isEmpty()) {
      checkRest();
      return;
    }
    turning = true;
    engine
        .loop()
        .later(
            retry.next(),
            () -> {
              turning = false;
              turn();
            });
  }

  private void start(Turn.Taken taken, String token) {
    Job job = Job.fetched(queue(), taken.id(), taken.hash());
    JobRun run = new JobRun(job, token, engine.loop().now(), this::end);
    running.put(run, true);
    if (closed) {
      run.release();
      return;
    }
    if (job.deferredFailure() != null) {
      run.fail(new IllegalStateException(job.deferredFailure()), false);
      return;
    }
    long ready = job.timestamp() + job.options().delay().toMillis();
    engine.listener().started(job, Duration.ofMillis(Math.max(engine.loop().now() - ready, 0)));
    workers.execute(() -> work(run));
  }

  private void work(JobRun run) {
    run.runningOn(Thread.currentThread());
    if (run.isEnded()) {
      // Handed back before it began.
      return;
    }
    try {
      handler.handle(run);
    } catch (Throwable failure) {
      // An Error too: a job that overflows its stack has failed, and must not stay active until it
      // stalls.
      run.fail(failure, true);
    }
  }

  private void end(JobRun run, Ending ending) {
    engine
        .loop()
        .execute(
            () -> {
              if (running.remove(run) == null) {
                // Lost meanwhile.
                return;
              }
              endings.add(ending);
              // A full queue wakes nobody when room comes back: whoever made the room has to look.
              wanted = wanted || blocked;
              turn();
            });
  }

  private void ended(JobRun run, EngineListener.Outcome outcome) {
    engine
        .listener()
        .ended(run.job(), outcome, Duration.ofMillis(engine.loop().now() - run.startedMillis()));
  }

  private void checkRest() {
    if (!waitingForRest.isEmpty() && held() == 0 && !turning) {
      waitingForRest.forEach(rest -> rest.complete(null));
      waitingForRest.clear();
    }
  }
}
