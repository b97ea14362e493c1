package dev.millrace.consumption;

import dev.millrace.consumption.SwitchRefused.Reason;
import dev.millrace.queue.ConsumptionMode;
import dev.millrace.queue.QueueEngine;
import dev.millrace.queue.Switched;
import dev.millrace.setting.Spelling;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The modes of all queues that a {@link ConsumptionPolicy} looks after, and the switch between
 * them. What is chosen for all instances is stored in Redis first of all by the instance that was
 * asked, once it has itself changed; the others are called and follow.
 */
public class ConsumptionModes {

  private static final Logger LOG = LoggerFactory.getLogger(ConsumptionModes.class);

  /** At start Redis may be away; the configured mode serves until it is there. */
  private static final Duration AT_START = Duration.ofSeconds(2);

  private static final Duration REDIS = Duration.ofSeconds(5);

  /** When a switch that could not be followed is tried once more. */
  private static final Duration AGAIN = Duration.ofSeconds(5);

  private final QueueEngine engine;
  private final ConfiguredModes configured;
  private final Duration deadline;
  private final Consumer<ConsumptionSwitched> news;
  private final ReentrantLock changing = new ReentrantLock(true);
  private final AtomicBoolean again = new AtomicBoolean();
  private final AtomicInteger asked = new AtomicInteger();
  private final Map<String, ConsumptionMode> begins = new TreeMap<>();
  private Map<String, ConsumptionMode> stored;

  /**
   * @param deadline for the new side of a switch to be seen working
   * @param news is told of each switch of this instance
   */
  ConsumptionModes(
      QueueEngine engine,
      ConfiguredModes configured,
      Duration deadline,
      Consumer<ConsumptionSwitched> news) {
    this.engine = engine;
    this.configured = configured;
    this.deadline = deadline;
    this.news = news;
  }

  /**
   * Takes a queue in.
   *
   * @param ofPolicy the mode that its policy says; null = none
   * @return the mode in which it is to begin
   */
  synchronized ConsumptionMode bind(String queue, ConsumptionMode ofPolicy) {
    ConsumptionMode begin = configured.of(queue, ofPolicy);
    begins.put(queue, begin);
    if (stored == null) {
      try {
        stored = read(AT_START);
      } catch (SwitchRefused e) {
        LOG.warn("The stored consumption modes are not known yet: {}", e.getMessage());
        stored = Map.of();
      }
      engine.replicas().onCall(this::follow);
    }
    return stored.getOrDefault(queue, begin);
  }

  /** All queues, by name; one command. */
  public List<QueueMode> all() {
    Map<String, ConsumptionMode> now = engine.modes();
    Map<String, ConsumptionMode> kept = read(REDIS);
    List<QueueMode> all = new ArrayList<>();
    bound()
        .forEach(
            (queue, begin) ->
                all.add(
                    new QueueMode(
                        queue,
                        now.getOrDefault(queue, begin),
                        kept.get(queue),
                        begin,
                        configured.risk(queue))));
    return all;
  }

  /**
   * One queue; one command.
   *
   * @throws SwitchRefused when there is none of this name
   */
  public QueueMode of(String queue) {
    requireKnown(queue);
    return all().stream().filter(mode -> mode.queue().equals(queue)).findAny().orElseThrow();
  }

  /**
   * Switches a queue, or all.
   *
   * @param queue its name; null = all
   * @param mode legacy, pooled or polling; blank = as configured, and nothing is stored any more
   * @param canary only this instance, until its next start or until another mode is stored for the
   *     queue
   * @param by who asks, for the log
   * @return the queues' modes afterwards
   * @throws SwitchRefused when nothing or not everything changed; see its reason
   */
  public List<QueueMode> change(String queue, String mode, boolean canary, String by) {
    Collection<String> queues = queue == null ? bound().keySet() : List.of(requireKnown(queue));
    ConsumptionMode to = parse(mode);
    if (queues.isEmpty()) {
      return List.of();
    }
    if (!tryLock()) {
      throw new SwitchRefused(
          Reason.BUSY, "this instance is changing modes already; try again when that has ended");
    }
    try {
      // Before anything changes: a switch that cannot be stored must not take place.
      read(REDIS);
      Map<String, ConsumptionMode> wanted = new TreeMap<>();
      queues.forEach(name -> wanted.put(name, to == null ? bound().get(name) : to));
      apply(wanted, by);
      if (!canary) {
        await(
            to == null
                ? engine.storedModes().forget(queues)
                : engine.storedModes().store(queues, to),
            REDIS,
            "storing the mode");
        followed(queues, to);
        await(engine.replicas().call(), REDIS, "calling the other instances");
      }
    } finally {
      changing.unlock();
    }
    return all().stream().filter(one -> queues.contains(one.queue())).toList();
  }

  private boolean tryLock() {
    try {
      return changing.tryLock(REDIS.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private synchronized void followed(Collection<String> queues, ConsumptionMode to) {
    Map<String, ConsumptionMode> next = new TreeMap<>(stored);
    queues.forEach(
        queue -> {
          if (to == null) {
            next.remove(queue);
          } else {
            next.put(queue, to);
          }
        });
    stored = next;
  }

  /** Another instance was switched, or this one was away. One at a time; those who ask add up. */
  private void follow() {
    if (asked.getAndIncrement() > 0) {
      return;
    }
    int seen;
    do {
      seen = asked.get();
      if (!followOnce()) {
        asked.set(0);
        followLater();
        return;
      }
    } while (asked.addAndGet(-seen) > 0);
  }

  private void followLater() {
    if (engine.isClosed() || !again.compareAndSet(false, true)) {
      return;
    }
    CompletableFuture.delayedExecutor(AGAIN.toMillis(), TimeUnit.MILLISECONDS)
        .execute(
            () -> {
              again.set(false);
              Thread.startVirtualThread(this::follow);
            });
  }

  /** Returns whether there is nothing left to follow. */
  private boolean followOnce() {
    changing.lock();
    try {
      return applyNews();
    } catch (RuntimeException e) {
      LOG.warn(
          "The stored consumption modes could not be followed: {}; trying again in {} s",
          e.getMessage(),
          AGAIN.toSeconds());
      return false;
    } finally {
      changing.unlock();
    }
  }

  /** Only what was stored since the last time, so that a canary stays what it is. */
  private boolean applyNews() {
    Map<String, ConsumptionMode> kept = read(REDIS);
    Map<String, ConsumptionMode> before;
    Map<String, ConsumptionMode> known;
    synchronized (this) {
      before = stored;
      known = bound();
    }
    Map<String, ConsumptionMode> wanted = new TreeMap<>(known);
    wanted.keySet().removeIf(queue -> before.get(queue) == kept.get(queue));
    wanted.replaceAll((queue, begin) -> kept.getOrDefault(queue, begin));
    apply(wanted, "another instance");
    synchronized (this) {
      // What was taken in meanwhile began in its old mode, and is looked at once more.
      Map<String, ConsumptionMode> followed = new TreeMap<>(kept);
      begins.keySet().stream()
          .filter(queue -> !known.containsKey(queue))
          .forEach(queue -> followed.computeIfPresent(queue, (q, mode) -> before.get(q)));
      stored = followed;
      return known.keySet().equals(begins.keySet());
    }
  }

  /** Each consumer that is in its mode already stays as it is. */
  private void apply(Map<String, ConsumptionMode> wanted, String by) {
    Map<String, ConsumptionMode> now = engine.modes();
    Map<String, CompletableFuture<List<Switched>>> changes = new TreeMap<>();
    wanted.forEach(
        (queue, mode) -> {
          if (now.containsKey(queue)) {
            changes.put(
                queue,
                engine
                    .switchTo(queue, mode, deadline)
                    .orTimeout(deadline.plus(REDIS).toMillis(), TimeUnit.MILLISECONDS));
          }
        });
    List<String> failures = new ArrayList<>();
    Reason reason = Reason.FAILED;
    for (CompletableFuture<List<Switched>> change : changes.values()) {
      try {
        for (Switched done : change.join()) {
          tell(done, by);
          if (!done.succeeded()) {
            failures.add(done.queue() + ": " + done.failure());
          }
        }
      } catch (CompletionException e) {
        reason = e.getCause() instanceof IllegalStateException ? Reason.BUSY : reason;
        failures.add(String.valueOf(e.getCause().getMessage()));
      }
    }
    if (!failures.isEmpty()) {
      throw new SwitchRefused(
          reason,
          failures.size()
              + " of "
              + changes.size()
              + " queue(s) stay as they were: "
              + String.join("; ", failures));
    }
  }

  private void tell(Switched done, String by) {
    String went =
        done.succeeded()
            ? "switched"
            : "went back, because of \"" + done.failure() + "\", switching";
    LOG.info(
        "Queue {}: {} from {} to {} in {} ms (asked by {}); {} running job(s) carried over",
        done.queue(),
        went,
        done.from().text(),
        done.to().text(),
        done.took().toMillis(),
        by,
        done.carried());
    try {
      news.accept(
          new ConsumptionSwitched(
              done.queue(),
              done.from(),
              done.to(),
              by,
              done.carried(),
              done.took(),
              done.failure()));
    } catch (RuntimeException e) {
      LOG.error("Who listens to switches failed; the switch stands", e);
    }
  }

  private synchronized Map<String, ConsumptionMode> bound() {
    return new TreeMap<>(begins);
  }

  private String requireKnown(String queue) {
    Map<String, ConsumptionMode> known = bound();
    if (!known.containsKey(queue)) {
      throw new SwitchRefused(
          Reason.UNKNOWN_QUEUE,
          "Unknown queue \""
              + queue
              + "\"; "
              + Spelling.nearest(queue, known.keySet())
                  .map(near -> "did you mean \"" + near + "\"?")
                  .orElse("known are " + known.keySet() + "."));
    }
    return queue;
  }

  private static ConsumptionMode parse(String mode) {
    try {
      return mode == null || mode.isBlank() ? null : ConsumptionMode.of(mode);
    } catch (IllegalArgumentException e) {
      throw new SwitchRefused(Reason.UNKNOWN_MODE, e.getMessage(), e);
    }
  }

  private Map<String, ConsumptionMode> read(Duration patience) {
    return await(engine.storedModes().read(), patience, "reading the stored modes");
  }

  private static <T> T await(CompletableFuture<T> answer, Duration patience, String doing) {
    try {
      return answer.orTimeout(patience.toMillis(), TimeUnit.MILLISECONDS).join();
    } catch (CompletionException e) {
      Throwable cause = e.getCause();
      throw new SwitchRefused(
          Reason.FAILED,
          "Redis failed while "
              + doing
              + ": "
              + (cause instanceof TimeoutException ? "no answer in time" : cause.getMessage()),
          cause);
    }
  }
}
