package dev.millrace.queue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Who runs a consumer's jobs: makes runs of what was taken and gives them to the handler. */
final class Crew {

  private static final Logger LOG = LoggerFactory.getLogger(Crew.class);

  private final QueueEngine engine;
  private final ConsumerOptions options;
  private final BatchHandler handler;
  private final BiConsumer<JobRun, Ending> sink;

  Crew(
      QueueEngine engine,
      ConsumerOptions options,
      BatchHandler handler,
      BiConsumer<JobRun, Ending> sink) {
    this.engine = engine;
    this.options = options;
    this.handler = handler;
    this.sink = sink;
  }

  /** Runs of the jobs among those taken; what was none is told of and left out. */
  List<JobRun> runs(List<Turn.Taken> taken, String token) {
    List<JobRun> runs = new ArrayList<>(taken.size());
    for (Turn.Taken one : taken) {
      if (one.broken() == null) {
        Job job = Job.fetched(options.queue(), one.id(), one.hash());
        JobRun run = new JobRun(job, token, engine.loop().now(), options, false, sink);
        run.hash = one.hash();
        runs.add(run);
        continue;
      }
      LOG.error(
          "Queue {}: the list held job {}, which cannot be run ({}); it was taken out of the list."
              + " Look at its key and add the job again.",
          options.queue(),
          one.id(),
          one.broken());
      engine.listener().broken(options.queue(), one.id(), one.broken());
    }
    return runs;
  }

  /** Runs of jobs that never stood in the queue. */
  List<JobRun> claimedRuns(List<Job> jobs, String token) {
    List<JobRun> runs = new ArrayList<>(jobs.size());
    for (Job job : jobs) {
      runs.add(new JobRun(job, token, engine.loop().now(), options, true, sink));
    }
    return runs;
  }

  /** On the loop. */
  void work(List<JobRun> runs) {
    List<JobRun> batch = new ArrayList<>();
    for (JobRun run : runs) {
      // A scheduler's next job comes before the current one runs, or a crash would end the chain.
      CompletableFuture<Void> scheduled = engine.chain().next(run.job(), run.hash);
      if (!scheduled.isDone()) {
        scheduled.thenRun(() -> give(List.of(run)));
        continue;
      }
      batch.add(run);
      if (batch.size() == options.batchSize()) {
        give(batch);
        batch = new ArrayList<>();
      }
    }
    if (!batch.isEmpty()) {
      give(batch);
    }
  }

  /** Jobs that are to be failed without being run are failed at once. */
  private void give(List<JobRun> batch) {
    List<JobRun> ready = new ArrayList<>(batch.size());
    for (JobRun run : batch) {
      Job job = run.job();
      if (run.isEnded()) {
        // Handed back or lost while it waited.
        continue;
      }
      if (job.deferredFailure() != null) {
        run.fail(new IllegalStateException(job.deferredFailure()), false);
        continue;
      }
      long due = job.timestamp() + job.options().delay().toMillis();
      long waited = Math.max(engine.loop().now() - due, 0);
      engine.listener().started(job, Duration.ofMillis(waited));
      watch(run);
      ready.add(run);
    }
    if (!ready.isEmpty()) {
      Thread.ofVirtual()
          .name("job-" + ready.get(0).job().id())
          .inheritInheritableThreadLocals(false)
          .start(() -> handle(ready));
    }
  }

  void ended(JobRun run, EngineListener.Outcome outcome) {
    engine
        .listener()
        .ended(run.job(), outcome, Duration.ofMillis(engine.loop().now() - run.startedMillis()));
  }

  private void watch(JobRun run) {
    Duration timeout = run.timeout();
    if (timeout != null) {
      run.alarm = engine.loop().later(timeout, () -> run.timeOut(timeout));
    }
  }

  private void handle(List<JobRun> batch) {
    Thread current = Thread.currentThread();
    for (JobRun run : batch) {
      run.inBatch(batch);
      run.runningOn(current);
    }
    if (batch.stream().allMatch(JobRun::isEnded)) {
      // Handed back before they began.
      return;
    }
    try {
      handler.handle(batch);
    } catch (Throwable failure) {
      // An Error too: a job that overflows its stack has failed, and must not stay active until it
      // stalls.
      batch.forEach(run -> run.fail(failure, true));
    }
  }
}
