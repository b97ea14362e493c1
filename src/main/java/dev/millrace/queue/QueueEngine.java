package dev.millrace.queue;

import io.lettuce.core.cluster.api.async.RedisClusterAsyncCommands;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * All queues of one process on two connections.
 *
 * <p><b>How a job comes in.</b> A {@link Feed} hears of jobs: {@link PooledFeed} blocks on the
 * markers of all queues, and the other {@linkplain ConsumptionMode modes} do it in their own ways.
 * What it hears makes the queue's {@link QueueConsumer} take a <em>turn</em>: one script call that
 * tells Redis of the runs that ended and takes as many jobs as there are free slots. Each job runs
 * on a virtual thread; its end waits for the next turn.
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

  /** A feed may be so much later with its sign of life than it should. */
  private static final Duration LATE = Duration.ofSeconds(15);

  private final EngineOptions options;
  private final RedisLink link;
  private final EngineListener listener;
  private final Clock clock;
  private final CommandMeter meter = new CommandMeter();
  private final CommandLine line;
  private final EngineLoop loop;
  private final Feeds feeds;
  private final Farewell farewell;
  private final Replicas replicas;
  private final LockKeeper locks;
  private final StalledCheck stalled;
  private final LateLook late;
  private final LocalClaims claims;
  private final QueueEvents events;
  private final BullWatch bull;
  private final SchedulerChain chain;
  private final List<QueueConsumer> consumers = new ArrayList<>();
  private final String tokenBase = UUID.randomUUID().toString();
  private long tokens;
  private volatile String warned;
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
    this.line = lineOver(link::commands);
    this.loop = new EngineLoop(options.instance(), clock);
    this.feeds = new Feeds(this);
    this.farewell = new Farewell(this);
    this.replicas = new Replicas(this);
    this.locks = new LockKeeper(this);
    this.stalled = new StalledCheck(this);
    this.late = new LateLook(this, stalled);
    this.claims = new LocalClaims(this);
    this.events = new QueueEvents(this);
    this.bull = new BullWatch(this);
    this.chain = new SchedulerChain(this);
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
          consumer.feed().join(consumer);
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
          resync(consumers);
        });
  }

  /**
   * Changes how all consumers of a queue hear of jobs. Jobs that run go on; nothing is fetched
   * twice or left behind.
   *
   * @param deadline for the new side to be seen working, else the consumer goes back by itself
   * @return how it ended for each consumer; fails with an {@link IllegalArgumentException} when the
   *     queue has no consumer here, and with an {@link IllegalStateException} when one of them is
   *     changing already
   */
  public CompletableFuture<List<Switched>> switchTo(
      String queue, ConsumptionMode mode, Duration deadline) {
    CompletableFuture<List<Switched>> done = new CompletableFuture<>();
    boolean open =
        loop.execute(
            () -> {
              try {
                List<CompletableFuture<Switched>> all =
                    feeds.switchOver(consumersOf(queue), queue, mode, deadline);
                CompletableFuture.allOf(all.toArray(CompletableFuture[]::new))
                    .thenRun(
                        () -> done.complete(all.stream().map(CompletableFuture::join).toList()));
              } catch (RuntimeException e) {
                done.completeExceptionally(e);
              }
            });
    if (!open) {
      done.completeExceptionally(new IllegalStateException("the engine is closed"));
    }
    return done;
  }

  /** Whether it was closed: it works nothing any more. */
  public boolean isClosed() {
    return closed.get();
  }

  /** The queues that are worked here, and how each hears of jobs; sends nothing. */
  public Map<String, ConsumptionMode> modes() {
    return claims.modes();
  }

  /** How a queue that is worked here hears of jobs; null when it is not. Sends nothing. */
  public ConsumptionMode modeOf(String queue) {
    return claims.modeOf(queue);
  }

  /** The modes that all engines are to follow. Costs nothing; ask as often as you like. */
  public StoredModes storedModes() {
    return new StoredModes(line, options.prefix());
  }

  /** The engines that share the queues. */
  public Replicas replicas() {
    return replicas;
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
    Set<String> queues = modes().keySet();
    Duration age = ask(() -> feeds.age(loop.now()));
    Duration late = ask(() -> feeds.late(loop.now()));
    boolean waits = reachable && late.compareTo(LATE) <= 0;
    // Without a queue to work there is nothing to wait for, and no connection that waits.
    boolean idle = queues.isEmpty() && lastError == null && !closed.get();
    return new EngineHealth(waits || idle, age, queues, lastError);
  }

  /** Stops all consumers at once, handing back what runs, and closes the engine's connections. */
  @Override
  public void close() {
    if (!closed.compareAndSet(false, true)) {
      return;
    }
    List<QueueConsumer> open = ask(() -> List.copyOf(consumers));
    CompletableFuture<?>[] closing =
        open.stream().map(c -> c.close(Duration.ZERO)).toArray(CompletableFuture[]::new);
    CompletableFuture.allOf(closing).join();
    loop.execute(events::close);
    loop.execute(bull::close);
    ask(() -> replicas.absent(Farewell.LIMIT)).join();
    ask(() -> feeds.close(consumers, Farewell.LIMIT)).join();
    loop.close();
  }

  // ---- for the parts of the engine; on the loop unless said otherwise

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

  /** Further connections are counted and used like the shared one. */
  CommandLine lineOver(Supplier<RedisClusterAsyncCommands<byte[], byte[]>> connection) {
    return new CommandLine(
        connection, link.isClustered(), meter, options.prefix(), keys -> claims().filled(keys));
  }

  Feeds feeds() {
    return feeds;
  }

  Farewell farewell() {
    return farewell;
  }

  LocalClaims claims() {
    return claims;
  }

  SchedulerChain chain() {
    return chain;
  }

  EngineListener listener() {
    return listener;
  }

  /** Whether any feed has its connections. */
  boolean isConnected() {
    return consumers.stream().anyMatch(consumer -> consumer.feed().isOpen());
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

  void waited(boolean idle) {
    late.waited(idle);
  }

  /** Looks at everything of these once, after connections were made or came back. */
  void resync(Collection<QueueConsumer> of) {
    late.resync(of);
    replicas.connected();
  }

  /** Somebody rang. */
  void woken(String member) {
    replicas.woken(member);
  }

  /** Whether a server is one that the engine works with; any thread. */
  boolean accepts(ServerCheck server) {
    Optional<String> refusal = server.refusal(link.isClustered());
    if (refusal.isPresent()) {
      redisFailed("checking its version", new IllegalStateException(refusal.get()));
      return false;
    }
    server.warning().filter(text -> !text.equals(warned)).ifPresent(this::warn);
    return true;
  }

  private void warn(String text) {
    warned = text;
    LOG.warn("Redis should be set up differently: {}", text);
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
