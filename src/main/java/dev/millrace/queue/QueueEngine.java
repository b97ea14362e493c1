package dev.millrace.queue;

import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * All queues of one process on two connections.
 *
 * <p><b>How a job comes in.</b> {@link Waiter} blocks on the markers of all queues. A popped marker
 * makes the queue's {@link QueueConsumer} take a <em>turn</em>: one script call that tells Redis of
 * the runs that ended and takes as many jobs as there are free slots. Each job runs on a virtual
 * thread; its end waits for the next turn.
 *
 * <p><b>What keeps it safe.</b> Every job taken has a lock that {@link LockKeeper} renews; {@link
 * StalledCheck} puts back jobs whose worker died. After each reconnect everything is looked at
 * once, because a reply may have been lost.
 *
 * <p><b>What it costs at rest.</b> One wait and one EXISTS per {@link EngineOptions#blockTimeout}.
 *
 * <p>Redis may be away when the engine starts, or go away later: it keeps trying, and {@link
 * #health} tells.
 */
public final class QueueEngine implements AutoCloseable, RedisLink.Watch {

  private static final Logger LOG = LoggerFactory.getLogger(QueueEngine.class);

  /** A stop has no later chance to tell Redis; it gives up after this long. */
  private static final Duration FAREWELL = Duration.ofSeconds(2);

  private final EngineOptions options;
  private final RedisLink link;
  private final EngineListener listener;
  private final Clock clock;
  private final CommandMeter meter = new CommandMeter();
  private final CommandLine line;
  private final EngineLoop loop;
  private final Waiter waiter;
  private final LockKeeper locks;
  private final StalledCheck stalled;
  private final LocalClaims claims;
  private final QueueEvents events;
  private final BullWatch bull;
  private final SchedulerChain chain;
  private final List<QueueConsumer> consumers = new ArrayList<>();
  private final String tokenBase = UUID.randomUUID().toString();
  private long tokens;
  private long sweptMillis;
  private long lookedMillis;
  private volatile String lastError;
  private volatile boolean reachable;
  private final AtomicBoolean closed = new AtomicBoolean();

  /**
   * @throws IllegalArgumentException when Redis is a cluster and the prefix has no hash tag
   */
  public QueueEngine(RedisLink link, EngineOptions options, EngineListener listener, Clock clock) {
    if (link.isClustered() && !QueueKeys.hasHashTag(options.prefix())) {
      throw new IllegalArgumentException(
          "prefix \""
              + options.prefix()
              + "\" has no hash tag, which a Redis Cluster needs to keep a queue's keys on one"
              + " node; use \""
              + QueueKeys.withHashTag(options.prefix())
              + "\", here and in all other clients of the queues");
    }
    this.link = link;
    this.options = options;
    this.listener = new GuardedListener(listener);
    this.clock = clock;
    this.line = new CommandLine(link, meter, options.prefix());
    this.loop = new EngineLoop(options.instance(), clock);
    this.waiter = new Waiter(this);
    this.locks = new LockKeeper(this);
    this.stalled = new StalledCheck(this);
    this.claims = new LocalClaims(this);
    this.events = new QueueEvents(this);
    this.bull = new BullWatch(this);
    this.chain = new SchedulerChain(this);
    this.sweptMillis = clock.millis();
    this.lookedMillis = sweptMillis;
    loop.execute(locks::tick);
  }

  /** A queue to add jobs to or to look at. Costs nothing; ask as often as you like. */
  public JobQueue queue(String name) {
    return new JobQueue(line, new QueueKeys(options.prefix(), name), options, clock, claims);
  }

  /**
   * What happens in queues. The first who follows one opens a further connection, which all share;
   * until then it costs nothing.
   */
  public QueueEvents events() {
    return events;
  }

  /** A queue to manage, with its jobs in every state. Costs nothing; ask as often as you like. */
  public QueueAdmin admin(String name) {
    QueueKeys keys = new QueueKeys(options.prefix(), name);
    return new QueueAdmin(new QueueCommands(line, keys, options.events(), clock));
  }

  /** Adds trees of jobs and tells of a parent's children. Costs nothing by itself. */
  public FlowProducer flows() {
    return new FlowProducer(line, options.prefix(), options.events(), clock);
  }

  /** The job schedulers of a queue. Costs nothing; ask as often as you like. */
  public JobSchedulers schedulers(String queue) {
    return new JobSchedulers(line, new QueueKeys(options.prefix(), queue), options.events(), clock);
  }

  /** Begins to work a queue, a job at a time in each of its slots. */
  public QueueConsumer consume(ConsumerOptions consumerOptions, JobHandler handler) {
    return consumeBatches(
        consumerOptions.toBuilder().batchSize(1).build(), BatchHandler.each(handler));
  }

  /**
   * Begins to work a queue, up to {@link ConsumerOptions#batchSize} jobs at a time in each slot.
   */
  public QueueConsumer consumeBatches(ConsumerOptions consumerOptions, BatchHandler handler) {
    QueueKeys keys = new QueueKeys(options.prefix(), consumerOptions.queue());
    QueueConsumer consumer = new QueueConsumer(this, consumerOptions, keys, handler);
    loop.execute(
        () -> {
          consumers.add(consumer);
          claims.opened(consumer);
          consumer.lookAnew();
          waiter.keysChanged();
          bull.queuesChanged();
          locks.rearm();
          stalled.soon(Duration.ofMillis(500));
        });
    return consumer;
  }

  @Override
  public void lost() {
    if (closed.get()) {
      return;
    }
    redisFailed("waiting for jobs", new IllegalStateException("connection lost"));
  }

  @Override
  public void back() {
    loop.execute(
        () -> {
          succeeded();
          resync();
        });
  }

  /**
   * Cancels a run of this engine: its attempt fails with the reason, and its thread is interrupted.
   *
   * @return whether the job ran here
   */
  public CompletableFuture<Boolean> cancel(String queue, String jobId, String reason) {
    CompletableFuture<Boolean> found = new CompletableFuture<>();
    boolean open =
        loop.execute(
            () ->
                found.complete(
                    consumersOf(queue).stream()
                        .map(consumer -> consumer.cancelRun(jobId, reason))
                        .reduce(false, Boolean::logicalOr)));
    return open ? found : CompletableFuture.completedFuture(false);
  }

  /** What this engine has sent so far and what that costs. */
  public CommandMeter meter() {
    return meter;
  }

  /** Whether the engine lives; spends no command. */
  public EngineHealth health() {
    Duration age = Duration.ofMillis(Math.max(clock.millis() - waiter.cycleMillis(), 0));
    Set<String> queues =
        ask(
            () -> {
              Set<String> names = new TreeSet<>();
              consumers.forEach(consumer -> names.add(consumer.queue()));
              return names;
            });
    boolean waits = reachable && age.compareTo(options.blockTimeout().plusSeconds(15)) <= 0;
    // Without a queue to work there is nothing to wait for, and no connection that waits.
    boolean idle = queues.isEmpty() && lastError == null && !closed.get();
    return new EngineHealth(waits || idle, age, queues, lastError);
  }

  /** Stops all consumers at once, handing back what runs, and closes the waiting connection. */
  @Override
  public void close() {
    if (!closed.compareAndSet(false, true)) {
      return;
    }
    List<QueueConsumer> open = ask(() -> List.copyOf(consumers));
    CompletableFuture<?>[] closing =
        open.stream().map(c -> close(c, Duration.ZERO)).toArray(CompletableFuture[]::new);
    CompletableFuture.allOf(closing).join();
    loop.execute(events::close);
    loop.execute(bull::close);
    ask(() -> waiter.close(FAREWELL)).join();
    loop.close();
  }

  CompletableFuture<Void> close(QueueConsumer consumer, Duration deadline) {
    CompletableFuture<Void> done = new CompletableFuture<>();
    boolean closing =
        loop.execute(
            () -> {
              consumer.stopTaking();
              consumer
                  .atRest()
                  .orTimeout(Math.max(deadline.toMillis(), 1), TimeUnit.MILLISECONDS)
                  .whenComplete((rest, late) -> loop.execute(() -> handBack(consumer, late, done)));
            });
    if (!closing) {
      done.complete(null);
    }
    // An engine that closes on the way takes its loop along; nobody may wait for that for ever.
    Duration longest = deadline.plus(FAREWELL.multipliedBy(3));
    return done.completeOnTimeout(null, longest.toMillis(), TimeUnit.MILLISECONDS);
  }

  private void handBack(QueueConsumer consumer, Throwable late, CompletableFuture<Void> done) {
    if (late != null && CommandLine.unwrap(late) instanceof TimeoutException) {
      int released = consumer.releaseAll();
      if (released > 0) {
        LOG.info("Queue {}: handing {} unfinished job(s) back", consumer.queue(), released);
      }
    }
    consumer
        .atRest()
        .orTimeout(FAREWELL.toMillis(), TimeUnit.MILLISECONDS)
        .whenComplete(
            (rest, stuck) ->
                loop.execute(
                    () -> {
                      if (stuck != null) {
                        LOG.warn(
                            "Queue {}: Redis did not confirm {} job(s); their locks will run out and they run again",
                            consumer.queue(),
                            consumer.held());
                      }
                      leave(consumer, done);
                    }));
  }

  /**
   * Only now are markers put back: those that the running wait pops from here on are handled as for
   * any closed queue.
   */
  private void leave(QueueConsumer consumer, CompletableFuture<Void> done) {
    consumers.remove(consumer);
    claims.closed(consumer);
    putMarkersBack(consumer).whenComplete((reply, failure) -> done.complete(null));
  }

  // ---- for the parts of the engine; on the loop unless said otherwise

  /** Who takes no jobs any more must not keep the markers that it popped: others sleep on them. */
  CompletableFuture<?> putMarkersBack(QueueConsumer consumer) {
    if (!isConnected()) {
      return CompletableFuture.completedFuture(null);
    }
    return line.run(Script.LEAVE, List.of(consumer.keys().meta()), List.of(consumer.keys().base()))
        .orTimeout(FAREWELL.toMillis(), TimeUnit.MILLISECONDS)
        .whenComplete(
            (reply, failure) -> {
              if (failure != null) {
                redisFailed("leaving queue " + consumer.queue(), CommandLine.unwrap(failure));
              }
            });
  }

  /** Jobs were left behind by one who took a marker: who sleeps on the queue is to have them. */
  void wakeOthers(QueueConsumer consumer) {
    QueueKeys keys = consumer.keys();
    line.exists(List.of(keys.wait_(), keys.prioritized()))
        .thenCompose(
            left ->
                left == 0
                    ? CompletableFuture.completedFuture(0L)
                    : line.putMarkerBack(keys.marker(), 0, "0"))
        .whenComplete(
            (written, failure) -> {
              if (failure != null) {
                redisFailed("waking others on " + keys.queue(), CommandLine.unwrap(failure));
                loop.execute(consumer::dutyFailed);
              }
            });
  }

  EngineOptions options() {
    return options;
  }

  RedisLink link() {
    return link;
  }

  CommandLine line() {
    return line;
  }

  EngineLoop loop() {
    return loop;
  }

  Waiter waiter() {
    return waiter;
  }

  SchedulerChain chain() {
    return chain;
  }

  EngineListener listener() {
    return listener;
  }

  /** Whether the first connections were made; from then on the client reconnects by itself. */
  boolean isConnected() {
    return waiter.isOpen();
  }

  List<QueueConsumer> consumers() {
    return consumers;
  }

  /**
   * Unlike BullMQ's one token per worker, one per turn: a run that lost its lock to this same
   * engine cannot end the new run.
   */
  String nextToken() {
    return tokenBase + ":" + tokens++;
  }

  int active(String queue) {
    return consumersOf(queue).stream().mapToInt(QueueConsumer::active).sum();
  }

  List<QueueConsumer> consumersOf(String queue) {
    return consumers.stream().filter(c -> c.queue().equals(queue)).toList();
  }

  /**
   * A wait ended, with a marker or without. Once in a block timeout we look for what no marker
   * tells of; an engine so busy that no wait ends idle has to look as well.
   */
  void waited(boolean idle) {
    if (idle || loop.now() - lookedMillis >= options.blockTimeout().toMillis()) {
      lookedMillis = loop.now();
      look();
    }
  }

  /** One command tells whether anything needs more. */
  private void look() {
    if (loop.now() - sweptMillis >= options.lateSweep().toMillis()) {
      sweep();
    }
    List<String> ready = new ArrayList<>();
    List<String> all = new ArrayList<>();
    for (QueueConsumer consumer : consumers) {
      ready.add(consumer.keys().wait_());
      ready.add(consumer.keys().prioritized());
      all.add(consumer.keys().active());
    }
    all.addAll(ready);
    if (all.isEmpty()) {
      return;
    }
    line.exists(all)
        .thenCompose(
            any ->
                any == 0
                    ? CompletableFuture.completedFuture(0L)
                    : line.exists(ready).thenApply(n -> n + 1))
        .whenComplete(
            (found, failure) ->
                loop.execute(
                    () -> {
                      if (failure != null) {
                        redisFailed("looking for overlooked jobs", CommandLine.unwrap(failure));
                      } else if (found > 0) {
                        stalled.soon(Duration.ZERO);
                        if (found > 1) {
                          consumers.forEach(QueueConsumer::want);
                        }
                      }
                    }));
  }

  /** A delayed job is overlooked when its marker was popped by a process that then died. */
  private void sweep() {
    sweptMillis = loop.now();
    for (QueueConsumer consumer : consumers) {
      line.firstScore(consumer.keys().delayed())
          .whenComplete(
              (score, failure) ->
                  loop.execute(
                      () -> {
                        if (failure != null) {
                          redisFailed("sweeping delayed jobs", CommandLine.unwrap(failure));
                          sweptMillis = 0;
                        } else if (score != null) {
                          consumer.wantAt((long) (score / QueueKeys.SCORES_PER_MILLI));
                        }
                      }));
    }
  }

  /** Looks at everything once. */
  void resync() {
    sweptMillis = loop.now();
    consumers.forEach(QueueConsumer::lookAnew);
    stalled.soon(Duration.ofMillis(500));
  }

  /** A job of ours may be without a lock; it is found like those of others. */
  void suspectStalled() {
    stalled.soon(Duration.ZERO);
  }

  void succeeded() {
    if (!reachable) {
      reachable = true;
      if (lastError != null) {
        LOG.info("Redis answers again");
      }
      lastError = null;
    }
  }

  /** Any thread. */
  void redisFailed(String doing, Throwable failure) {
    String text =
        failure.getMessage() == null ? failure.getClass().getSimpleName() : failure.getMessage();
    if (reachable || lastError == null) {
      LOG.warn("Redis failed while {}: {}; trying again", doing, text);
    }
    reachable = false;
    lastError = text;
    listener.redisFailed(failure);
  }

  /** Any thread but the loop: asks the loop and waits for the answer. */
  <T> T ask(Supplier<T> question) {
    CompletableFuture<T> answer = new CompletableFuture<>();
    if (!loop.execute(() -> answer.complete(question.get()))) {
      return question.get();
    }
    return answer.orTimeout(5, TimeUnit.SECONDS).join();
  }
}
