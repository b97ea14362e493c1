package dev.millrace.queue;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;

/**
 * Mode legacy, for one consumer: as Bull does it, a connection for commands, one that blocks on the
 * list {@code wait} for five seconds at a time, and one that hears what is published.
 *
 * <p>Bull's own wait moves a job to {@code active} before anybody holds its lock. This one moves
 * the list's last element to where it is, which waits just as well and changes nothing, so it can
 * be cut off at any time; a turn then takes the job with its lock. Jobs that wait elsewhere, by
 * priority or delayed, are looked for whenever a wait ends without any.
 */
final class LegacyFeed implements Feed, RedisLink.Watch {

  /** Bull's own. */
  static final Duration WAIT = Duration.ofSeconds(5);

  private static final Duration LAST_TURN = Duration.ofSeconds(5);
  private static final Duration TIMEOUT = Duration.ofSeconds(30);

  private final QueueEngine engine;
  private final QueueConsumer consumer;
  private final CommandLine line;
  private final BullChannels channels;
  private final Opener<Connections> opener;
  private final RetryPause retry = new RetryPause();
  private volatile Connections connections;
  private volatile boolean joined;
  private boolean waiting;
  private boolean reopening;
  private boolean subscribed;
  private Future<?> nap;
  private long glancedMillis;
  private volatile long cycleMillis;

  LegacyFeed(QueueEngine engine, QueueConsumer consumer) {
    this.engine = engine;
    this.consumer = consumer;
    this.line = engine.lineOver(() -> connections.command().commands());
    this.channels = new BullChannels(consumer.keys());
    this.cycleMillis = engine.loop().now();
    this.opener =
        new Opener<>(engine.loop(), this::connect, this::opened, this::failed, Connections::close);
  }

  @Override
  public CommandLine line() {
    return line;
  }

  @Override
  public boolean isOpen() {
    return connections != null && !reopening;
  }

  @Override
  public void join(QueueConsumer who) {
    joined = true;
    cycleMillis = engine.loop().now();
    if (connections == null) {
      opener.open();
    } else {
      begin();
    }
  }

  @Override
  public void leave(QueueConsumer who) {
    joined = false;
    hangUpWhenQuiet(System.nanoTime() + LAST_TURN.toNanos());
  }

  @Override
  public void resumed(QueueConsumer who) {
    begin();
  }

  @Override
  public void turned(QueueConsumer who) {
    cycleMillis = engine.loop().now();
    begin();
  }

  /** On a cluster, the queue may be on another node by now. */
  @Override
  public void failed(QueueConsumer who) {
    if (engine.link().isClustered()) {
      reopen();
    }
  }

  @Override
  public void added(QueueConsumer who) {
    consumer.glance();
  }

  @Override
  public boolean hears(QueueConsumer who) {
    return subscribed && (waiting || nap != null);
  }

  @Override
  public long cycleMillis() {
    return cycleMillis;
  }

  @Override
  public Duration longestCycle() {
    return WAIT;
  }

  @Override
  public CompletableFuture<?> close(Duration patience) {
    joined = false;
    hangUp();
    return CompletableFuture.completedFuture(null);
  }

  /** Any thread. */
  @Override
  public void lost() {
    if (!joined) {
      return;
    }
    engine.redisFailed(
        "waiting for jobs of " + consumer.queue(), new IllegalStateException("connection lost"));
    if (engine.link().isClustered()) {
      // It led to one node and does not come back by itself; another may have the queue now.
      engine.loop().execute(this::reopen);
    }
  }

  /** Any thread. What was published meanwhile, or answered on the way, is lost. */
  @Override
  public void back() {
    engine
        .loop()
        .execute(
            () -> {
              if (joined && connections != null) {
                engine.succeeded();
                engine.resync(List.of(consumer));
                subscribe(true);
              }
            });
  }

  private record Connections(
      RedisLink.Connection command, RedisLink.Connection waiting, RedisLink.Subscriber subscriber) {

    void close() {
      command.close();
      waiting.close();
      subscriber.close();
    }
  }

  private Connections connect() {
    String queue = consumer.queue();
    engine.link().commands();
    RedisLink.Connection command = engine.link().open(queue + ":command", TIMEOUT, this);
    RedisLink.Connection wait = null;
    try {
      ServerCheck server = ServerCheck.ask(command.commands());
      if (!engine.accepts(server)) {
        throw new IllegalStateException("the server was refused");
      }
      wait = engine.link().open(queue + ":wait", TIMEOUT, this);
      return new Connections(
          command, wait, engine.link().listen(queue + ":subscriber", this::heard, this));
    } catch (RuntimeException e) {
      command.close();
      if (wait != null) {
        wait.close();
      }
      throw e;
    }
  }

  private void opened(Connections fresh) {
    connections = fresh;
    engine.resync(List.of(consumer));
    subscribe(false);
    begin();
  }

  private void failed(Throwable failure) {
    engine.redisFailed("connecting for queue " + consumer.queue(), failure);
    later();
  }

  private void reopen() {
    if (joined && connections != null && !reopening) {
      reopening = true;
      hangUpWhenQuiet(System.nanoTime() + LAST_TURN.toNanos());
    }
  }

  /** The answer to a turn on its way must not be lost: it may bring jobs. */
  private void hangUpWhenQuiet(long latestNanos) {
    if (consumer.turnsOver() == line && System.nanoTime() < latestNanos) {
      engine.loop().later(Duration.ofMillis(20), () -> hangUpWhenQuiet(latestNanos));
      return;
    }
    boolean open = connections != null;
    hangUp();
    if (joined && open) {
      later();
    }
  }

  private void later() {
    engine
        .loop()
        .later(
            retry.next(),
            () -> {
              if (joined && connections == null) {
                opener.open();
              }
            });
  }

  private void hangUp() {
    opener.cancel();
    wakeUp();
    waiting = false;
    subscribed = false;
    reopening = false;
    if (connections != null) {
      connections.close();
      connections = null;
    }
  }

  /**
   * @param again what was published meanwhile is lost, a call too
   */
  private void subscribe(boolean again) {
    Connections used = connections;
    engine.meter().sent(1);
    engine
        .loop()
        .after(
            used.subscriber()
                .subscribe(channels.patterns(QueueKeys.wakeChannel(engine.options().prefix()))),
            (done, failure) -> {
              if (used != connections) {
                return;
              }
              if (failure == null) {
                subscribed = true;
                retry.reset();
                if (again) {
                  engine.replicas().connected();
                }
                engine.feeds().progress();
              } else {
                engine.redisFailed("subscribing for queue " + consumer.queue(), failure);
                engine.loop().later(retry.next(), () -> subscribeAgain(used, again));
              }
            });
  }

  private void subscribeAgain(Connections used, boolean again) {
    if (used == connections) {
      subscribe(again);
    }
  }

  /** Any thread. */
  private void heard(String channel, String text) {
    engine
        .loop()
        .execute(
            () -> {
              if (channel.equals(QueueKeys.wakeChannel(engine.options().prefix()))) {
                engine.woken(text);
              } else {
                channels.tell(consumer, channel, text, engine.loop().now());
              }
            });
  }

  private void wakeUp() {
    if (nap != null) {
      nap.cancel(false);
      nap = null;
    }
  }

  /** Waits while there is room, and the last turn has left nothing that it knows of. */
  private void begin() {
    if (!joined || connections == null || waiting) {
      return;
    }
    wakeUp();
    // Where one wait after the other ends with a job, none would end without any.
    if (engine.loop().now() - glancedMillis >= WAIT.toMillis()) {
      glance();
    }
    if (!consumer.takes() || consumer.isFull() || consumer.isBusy() || consumer.isBlocked()) {
      // The list may be full of jobs that nobody is to take now.
      nap = engine.loop().later(WAIT, this::idle);
      engine.feeds().progress();
      return;
    }
    Connections used = connections;
    byte[] list = CommandLine.text(consumer.keys().wait_());
    waiting = true;
    cycleMillis = engine.loop().now();
    engine.meter().sent(1);
    engine.feeds().progress();
    engine
        .loop()
        .after(
            used.waiting()
                .commands()
                .blmove(list, list, CommandLine.RIGHT_TO_RIGHT, WAIT.toSeconds()),
            (last, failure) -> {
              if (used == connections) {
                waiting = false;
                waited(last, failure);
              }
            });
  }

  private void waited(byte[] last, Throwable failure) {
    if (failure != null) {
      engine.redisFailed("waiting for jobs of " + consumer.queue(), failure);
      if (engine.link().isClustered()) {
        reopen();
      } else {
        engine.loop().later(retry.next(), this::begin);
      }
      return;
    }
    cycleMillis = engine.loop().now();
    engine.succeeded();
    engine.waited(false);
    if (last == null) {
      idle();
    } else {
      consumer.want();
      begin();
    }
  }

  private void idle() {
    nap = null;
    cycleMillis = engine.loop().now();
    engine.waited(false);
    glance();
    begin();
  }

  private void glance() {
    glancedMillis = engine.loop().now();
    consumer.glance();
  }
}
