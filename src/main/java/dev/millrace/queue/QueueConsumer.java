package dev.millrace.queue;

import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One consumer's side of a queue: what runs, what has ended, and the turns that tell Redis of both.
 *
 * <p>There is no timer between an ending and its turn. While a turn is on its way further endings
 * pile up and leave together with the next one; so batches grow with load and an idle queue answers
 * at once. {@link Appetite} knows whether a turn is to take jobs.
 *
 * <p>All fields belong to the engine's loop.
 */
public final class QueueConsumer {

  private static final Logger LOG = LoggerFactory.getLogger(QueueConsumer.class);

  /**
   * A turn takes at most so many jobs, so that no call holds Redis up for long; Lua cannot hand on
   * more than some 8,000 values at once anyway.
   */
  private static final int MOST_TAKEN = 500;

  private final QueueEngine engine;
  private final ConsumerOptions options;
  private final QueueKeys keys;
  private final Crew crew;
  private final Appetite appetite;
  private final TrimPace trimPace = new TrimPace();
  private final KnownSettings settings = new KnownSettings();
  private final Verdicts verdicts;

  private final Running running = new Running();
  private final Endings endings = new Endings();
  private final Rest rest = new Rest();
  private int reserved;
  private int asked;
  private boolean turnPosted;
  private boolean turning;
  private Feed feed;
  private volatile ConsumptionMode mode;
  private CommandLine turnsOver;
  private boolean blocked;
  private boolean suspended;
  private boolean closed;
  private long notBefore;
  private final RetryPause retry = new RetryPause();
  private final Alarm alarm;

  QueueConsumer(QueueEngine engine, ConsumerOptions options, QueueKeys keys, BatchHandler handler) {
    this.engine = engine;
    this.options = options;
    this.keys = keys;
    this.crew = new Crew(engine, options, handler, this::end);
    this.appetite = new Appetite(engine.loop(), this::fulfilDuty);
    this.alarm = new Alarm(engine.loop(), this::due);
    this.verdicts = new Verdicts(engine, crew, running, appetite);
    this.mode = options.mode();
    this.feed = engine.feeds().of(mode, this);
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
                appetite.cancel();
                engine.farewell().putMarkersBack(this);
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
              lookAnew();
              feed.resumed(this);
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
    return engine.farewell().close(this, deadline);
  }

  /** Jobs that run now. */
  public int running() {
    return engine.ask(running::size);
  }

  /** How it hears of jobs now. */
  public ConsumptionMode mode() {
    return mode;
  }

  // ---- on the loop from here on

  Feed feed() {
    return feed;
  }

  /** From the next turn on. */
  void use(Feed next, ConsumptionMode nextMode) {
    feed = next;
    mode = nextMode;
  }

  /** What the turn on its way goes over; null = none is. */
  CommandLine turnsOver() {
    return turnsOver;
  }

  boolean cancelRun(String jobId, String reason) {
    return running.cancel(jobId, reason);
  }

  ConsumerOptions options() {
    return options;
  }

  QueueKeys keys() {
    return keys;
  }

  boolean takes() {
    return !suspended && !closed;
  }

  private int room() {
    return options.capacity() - running.size() - reserved - asked;
  }

  /** What a turn on its way will bring is not known yet. */
  boolean isFull() {
    return room() + asked <= 0;
  }

  /** Whether the queue is paused, at its global concurrency or rate limited, as last seen. */
  boolean isBlocked() {
    return blocked || engine.loop().now() < notBefore;
  }

  /** Whether it knows of something to take, or is just asking. */
  boolean isBusy() {
    return turning || appetite.isHungry();
  }

  /** Jobs whose ending Redis has not confirmed. */
  int held() {
    return active() + endings.inFlight();
  }

  /**
   * Jobs in the active list that are ours. Redis hears of those in flight before it hears of
   * anything sent from now on.
   */
  int active() {
    return running.size() + endings.over();
  }

  /** All whose locks are to be kept: what runs, and what has ended but waits for its turn. */
  Collection<JobRun> runs() {
    return endings.isEmpty() ? running.all() : running.and(endings.runs());
  }

  void sharedWithOthers(boolean others) {
    running.sharedWithOthers(others);
  }

  /** There may be something to take. */
  void want() {
    appetite.sure();
    turn();
  }

  /** Nobody knows what there is. */
  void lookAnew() {
    appetite.forget();
    turn();
  }

  /** There may be something, wherever it waits; the cheapest look tells. */
  void glance() {
    appetite.glance();
    turn();
  }

  /**
   * A marker was popped: the time of a delayed job, or there is something now.
   *
   * @return false when it is full, so that others have to hear of it
   */
  boolean hear(String member, double score) {
    if (score > engine.loop().now()) {
      // A delayed job's time: no slot is needed before it comes.
      wantAt((long) score);
      return true;
    }
    boolean room = !isFull();
    markerPopped(member.equals("1"));
    return room;
  }

  /** A marker was popped that says there is something now; who is full passes it on. */
  private void markerPopped(boolean delayed) {
    if (delayed) {
      appetite.delayedDue();
    }
    if (isFull()) {
      appetite.sure();
    } else {
      appetite.markerPopped();
    }
    turn();
  }

  /** What was put off until now; another replica that has room sleeps until it hears of it. */
  private void due() {
    if (isFull()) {
      feed.line().putMarkerBack(keys.marker(), engine.loop().now(), "1");
    }
    appetite.delayedDue();
    turn();
  }

  /** There will be something to take at this time (ms since the epoch). */
  void wantAt(long dueMillis) {
    alarm.at(dueMillis);
  }

  /** Who popped a marker and left jobs behind has to wake others. */
  private void fulfilDuty() {
    if (!takes()) {
      return;
    }
    if (turning || !feed.isOpen()) {
      appetite.dutyLater();
    } else if (appetite.takeDuty()) {
      engine.wakeOthers(this);
    }
  }

  /** Others could not be woken. */
  void dutyFailed() {
    appetite.dutyLater();
  }

  /**
   * Promises up to so many free slots to jobs that are being added in this process.
   *
   * @return how many; 0 when the queue may hold others that come first
   */
  int reserve(int most) {
    boolean quiet = !appetite.isBusy() && !blocked && options.limiter() == null;
    if (!quiet || !takes() || !feed.isOpen() || engine.loop().now() < notBefore) {
      return 0;
    }
    int promised = Math.clamp(room(), 0, most);
    reserved += promised;
    return promised;
  }

  /** Redeems a promise: these were added, and are active already. */
  void claimed(int promised, List<Job> jobs, String token, long sentNanos) {
    reserved -= promised;
    start(crew.claimedRuns(jobs, token), sentNanos);
    if (jobs.size() < promised) {
      feed.turned(this);
      turn();
    }
    checkRest();
  }

  /** Completes when Redis knows of every job. */
  CompletableFuture<Void> atRest() {
    CompletableFuture<Void> awaited = rest.await();
    checkRest();
    return awaited;
  }

  void stopTaking() {
    closed = true;
    alarm.cancel();
    appetite.cancel();
  }

  int releaseAll() {
    return running.release();
  }

  void lose(JobRun run) {
    if (!running.remove(run)) {
      return;
    }
    LOG.warn(
        "Job {} of queue {} lost its lock after {} ms: another worker may have it, so its end is not acknowledged",
        run.job().id(),
        queue(),
        engine.loop().now() - run.startedMillis());
    run.lose();
    crew.ended(run, EngineListener.Outcome.LOST);
    engine.suspectStalled();
    // There is room now, and the queue may be parked for want of it.
    want();
    checkRest();
  }

  private void turn() {
    if (turning || !feed.isOpen()) {
      return;
    }
    long now = engine.loop().now();
    boolean hungry = appetite.isHungry() && takes();
    if (hungry && now < notBefore) {
      wantAt(notBefore);
      hungry = false;
    }
    int free = hungry ? Math.clamp(room(), 0, MOST_TAKEN) : 0;
    if (endings.isEmpty() && free <= 0) {
      return;
    }
    List<Ending> batch = endings.take();
    String flags = free > 0 ? appetite.takeFlags() : "";
    turning = true;
    long sentNanos = System.nanoTime();
    asked = free;
    Turn turn = new Turn(free, engine.nextToken(), settings.stream(sentNanos), flags, batch);
    turnsOver = feed.line();
    turnsOver
        .run(
            Script.TURN,
            List.of(keys.meta()),
            turn.arguments(keys, engine.options(), options, trimPace, now))
        .thenApply(reply -> Script.TURN.read(reply, turn::replyOf))
        .whenComplete(
            (reply, failure) ->
                engine
                    .loop()
                    .execute(
                        () -> {
                          turning = false;
                          turnsOver = null;
                          asked = 0;
                          if (failure == null) {
                            turned(turn, reply, sentNanos);
                          } else {
                            failed(turn, CommandLine.unwrap(failure));
                          }
                        }));
  }

  private void turned(Turn turn, Turn.Reply reply, long sentNanos) {
    engine.succeeded();
    endings.answered();
    retry.reset();
    settings.read(reply, sentNanos);
    for (int i = 0; i < turn.endings().size(); i++) {
      verdicts.confirmed(turn.endings().get(i), reply.codes().get(i), closed);
    }
    if (turn.free() > 0) {
      blocked = reply.blocked();
      appetite.turned(reply.rest());
      if (!reply.limitedFor().isZero()) {
        notBefore = engine.loop().now() + reply.limitedFor().toMillis();
        appetite.sure();
        wantAt(notBefore);
      }
      if (reply.nextDelayed() >= 0) {
        wantAt(reply.nextDelayed());
      }
      start(crew.runs(reply.jobs(), turn.token()), sentNanos);
    }
    checkRest();
    turn();
    if (turn.putsOff()) {
      feed.added(this);
    }
    feed.turned(this);
  }

  /**
   * Redis did not answer. What ended stays ended and is told again; after a lost reply the lock
   * tells that it arrived.
   */
  private void failed(Turn turn, Throwable failure) {
    endings.putBack();
    if (turn.free() > 0) {
      appetite.untake(turn.flags());
    }
    engine.redisFailed("turning queue " + queue(), failure);
    feed.failed(this);
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
              checkRest();
            });
  }

  /**
   * @param sentNanos since when their locks may have been running
   */
  private void start(List<JobRun> runs, long sentNanos) {
    if (System.nanoTime() - sentNanos > options.lockDuration().toNanos()) {
      // The answer was longer on its way than the locks lasted: others may have the jobs.
      runs.forEach(run -> crew.ended(run, EngineListener.Outcome.LOST));
      engine.suspectStalled();
      return;
    }
    runs.forEach(run -> run.renewedNanos = sentNanos);
    running.add(runs);
    runs.forEach(run -> appetite.took(run.job()));
    if (closed) {
      Running.release(runs);
      return;
    }
    crew.work(runs);
  }

  /** Any thread. */
  private void end(JobRun run, Ending ending) {
    engine
        .loop()
        .execute(
            () -> {
              // A run that asks to wait for children may go on, so it keeps its place until told.
              boolean asks = ending.kind() == Ending.Kind.WAIT_FOR_CHILDREN;
              if (asks ? !running.contains(run) : !running.remove(run)) {
                // Lost meanwhile.
                if (asks) {
                  run.answerWaiting(Turn.Reply.LOCK_LOST);
                }
                return;
              }
              endings.add(ending);
              if (ending.kind() == Ending.Kind.LIMIT) {
                long until = engine.loop().now() + ending.time().toMillis();
                notBefore = Math.max(notBefore, until);
                appetite.sure();
              }
              if (blocked) {
                // A full queue wakes nobody when room comes back: whoever made the room has to
                // look.
                appetite.sure();
              }
              postTurn();
            });
  }

  /** After all that has come in by now, so that endings of the same moment leave together. */
  private void postTurn() {
    if (!turnPosted) {
      turnPosted = true;
      engine
          .loop()
          .execute(
              () -> {
                turnPosted = false;
                turn();
              });
    }
  }

  private void checkRest() {
    rest.check(held() == 0 && reserved == 0 && !turning);
  }
}
