package dev.millrace.queue;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Future;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps job schedulers going: whoever takes a scheduler's job schedules the one after it, and does
 * so before the job runs. If the process dies in between, the job is found stalled and taken again,
 * and its scheduler has not moved; the script knows that from the time in the job's id.
 *
 * <p>When Redis does not take the next job, the run waits for it, for {@value #HOLD_SECONDS}
 * seconds at most: a job that is due is worth more than its successor's punctuality. Trying goes on
 * beside the run, for {@value #GIVE_UP_MINUTES} minutes. A definition that cannot be read or has a
 * wrong pattern is not tried again, and the job runs. All of it is counted and logged.
 */
final class SchedulerChain {

  private static final Logger LOG = LoggerFactory.getLogger(SchedulerChain.class);
  private static final long HOLD_SECONDS = 10;
  private static final long GIVE_UP_MINUTES = 10;
  private static final CompletableFuture<Void> NOTHING_TO_DO =
      CompletableFuture.completedFuture(null);

  /** What Redis is asked to do at a given time. */
  private interface Step {

    /** Null when nothing follows. */
    List<String> arguments(Instant now);
  }

  private final QueueEngine engine;
  private final Set<String> warned = ConcurrentHashMap.newKeySet();

  SchedulerChain(QueueEngine engine) {
    this.engine = engine;
  }

  /**
   * Schedules what follows a job that was just taken. On the loop.
   *
   * @param hash the job as it stands in Redis
   * @return completes when the job may run, on the loop; never exceptionally
   */
  CompletableFuture<Void> next(Job job, Map<String, String> hash) {
    String scheduler = hash.get("rjk");
    if (scheduler == null && !job.id().startsWith("repeat:")) {
      return NOTHING_TO_DO;
    }
    QueueKeys keys = new QueueKeys(engine.options().prefix(), job.queue());
    EventMode events = engine.options().events();
    try {
      if (scheduler != null && !scheduler.isEmpty()) {
        NextRun next = NextRun.of(keys.base(), scheduler, job, hash);
        return follow(
            new Link(keys, scheduler, job, Script.ITERATE, now -> next.arguments(events, now)));
      }
      BullRepeat bull = BullRepeat.of(job, hash);
      if (bull == null) {
        return NOTHING_TO_DO;
      }
      if (!bull.isBulls()) {
        warnLegacy(job.queue(), bull.key());
        return NOTHING_TO_DO;
      }
      return follow(
          new Link(
              keys,
              bull.key(),
              job,
              Script.ITERATE_BULL,
              now -> bull.arguments(keys.base(), events, now)));
    } catch (RuntimeException e) {
      broken(job, scheduler == null ? job.id() : scheduler, e);
      return NOTHING_TO_DO;
    }
  }

  private CompletableFuture<Void> follow(Link link) {
    List<String> arguments = link.step.arguments(now());
    if (arguments == null) {
      LOG.debug("Scheduler {} of queue {} is at its end", link.scheduler, link.job.queue());
      return NOTHING_TO_DO;
    }
    CompletableFuture<Void> mayRun = new CompletableFuture<>();
    Future<?> patience =
        engine.loop().later(Duration.ofSeconds(HOLD_SECONDS), () -> mayRun.complete(null));
    mayRun.whenComplete((run, never) -> patience.cancel(false));
    attempt(link, arguments, mayRun);
    return mayRun;
  }

  private void attemptAgain(Link link, CompletableFuture<Void> mayRun) {
    List<String> arguments = link.step.arguments(now());
    if (arguments == null) {
      mayRun.complete(null);
    } else {
      attempt(link, arguments, mayRun);
    }
  }

  private void attempt(Link link, List<String> arguments, CompletableFuture<Void> mayRun) {
    engine
        .line()
        .run(link.script, List.of(link.keys.meta()), arguments)
        .whenComplete(
            (reply, failure) ->
                engine
                    .loop()
                    .execute(
                        () -> {
                          if (failure != null) {
                            failed(link, mayRun, CommandLine.unwrap(failure));
                            return;
                          }
                          answered(link, (String) reply.get(0));
                          mayRun.complete(null);
                        }));
  }

  private void answered(Link link, String status) {
    if (link.hasFailed) {
      LOG.info("Scheduler {} of queue {} goes on ({})", link.scheduler, link.job.queue(), status);
    }
    if (status.equals("legacy")) {
      warnLegacy(link.job.queue(), link.scheduler);
    } else if (status.equals("never")) {
      broken(link.job, link.scheduler, new IllegalStateException("it has no time to run at"));
    } else if (status.equals("duplicated") && link.script == Script.ITERATE) {
      broken(
          link.job,
          link.scheduler,
          new IllegalStateException("a job with the id of its next run exists already"));
    }
  }

  private void failed(Link link, CompletableFuture<Void> mayRun, Throwable failure) {
    engine.listener().schedulingFailed(link.job.queue(), link.scheduler, failure);
    if (engine.loop().now() - link.sinceMillis > Duration.ofMinutes(GIVE_UP_MINUTES).toMillis()) {
      LOG.error(
          "Scheduler {} of queue {} stands still: the run after job {} could not be scheduled for {} minutes; upsert the scheduler again",
          link.scheduler,
          link.job.queue(),
          link.job.id(),
          GIVE_UP_MINUTES,
          failure);
      mayRun.complete(null);
      return;
    }
    if (!link.hasFailed) {
      link.hasFailed = true;
      LOG.warn(
          "The run after job {} of scheduler {}, queue {}, could not be scheduled: {}; trying again",
          link.job.id(),
          link.scheduler,
          link.job.queue(),
          failure.toString());
    }
    engine.loop().later(link.pause.next(), () -> attemptAgain(link, mayRun));
  }

  private void broken(Job job, String scheduler, RuntimeException failure) {
    engine.listener().schedulingFailed(job.queue(), scheduler, failure);
    LOG.error(
        "Scheduler {} of queue {} stops with job {}: {}; the job runs. Upsert the scheduler again, with a definition that can be read",
        scheduler,
        job.queue(),
        job.id(),
        failure.getMessage());
  }

  /** Once per key: a chain of that kind comes here with every job. */
  private void warnLegacy(String queue, String key) {
    if (warned.add(queue + " " + key)) {
      engine
          .listener()
          .schedulingFailed(
              queue, key, new IllegalStateException("repeatable job of an older BullMQ"));
      LOG.warn(
          "Queue {}: repeatable job \"{}\" was written by a BullMQ older than 5, whose chains end here; its last job runs. Upsert a job scheduler in its place",
          queue,
          key);
    }
  }

  private Instant now() {
    return Instant.ofEpochMilli(engine.loop().now());
  }

  /** One job's successor, until Redis has it. */
  private final class Link {

    private final QueueKeys keys;
    private final String scheduler;
    private final Job job;
    private final Script script;
    private final Step step;
    private final RetryPause pause = new RetryPause();
    private final long sinceMillis = engine.loop().now();
    private boolean hasFailed;

    Link(QueueKeys keys, String scheduler, Job job, Script script, Step step) {
      this.keys = keys;
      this.scheduler = scheduler;
      this.job = job;
      this.script = script;
      this.step = step;
    }
  }
}
