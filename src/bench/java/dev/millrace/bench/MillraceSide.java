package dev.millrace.bench;

import com.sun.management.OperatingSystemMXBean;
import dev.millrace.queue.ConsumerOptions;
import dev.millrace.queue.EngineListener;
import dev.millrace.queue.EngineOptions;
import dev.millrace.queue.Job;
import dev.millrace.queue.JobRun;
import dev.millrace.queue.QueueConsumer;
import dev.millrace.queue.QueueEngine;
import java.lang.management.ManagementFactory;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** Millrace's engine in this JVM: one engine for all queues and rounds, as in the application. */
final class MillraceSide implements Side {

  private static final Duration LONGEST = Duration.ofSeconds(60);
  private static final OperatingSystemMXBean PROCESS =
      ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);

  private final BenchLink link;
  private final QueueEngine engine;
  private final JobSource source;
  private final List<QueueConsumer> consumers = new ArrayList<>();
  private volatile CountDownLatch completed = new CountDownLatch(0);
  private volatile CountDownLatch began = new CountDownLatch(0);
  private volatile long beganNanos;

  MillraceSide(int port) {
    link = new BenchLink(port);
    engine =
        new QueueEngine(link, EngineOptions.of("bench"), new CompletedCounter(), Clock.systemUTC());
    source = new JobSource(engine);
  }

  JobSource source() {
    return source;
  }

  @Override
  public String name() {
    return "Millrace";
  }

  @Override
  public void ready(Scenario scenario) {
    // The waiting connection is opened with the first consumer and stays open, like Node's workers
    // that are ready but do not run yet.
    engine.consume(ConsumerOptions.of("bench-ready"), run -> {}).close(Duration.ZERO).join();
    while (!engine.health().alive()) {
      pause(1);
    }
    if (scenario.workload().processes() && !scenario.workload().needsPreparedJobs()) {
      start(scenario);
      // Until the engine blocks on all markers.
      pause(100);
    }
  }

  @Override
  public Run run(Scenario scenario) {
    long sent = engine.meter().sent();
    long cpu = PROCESS.getProcessCpuTime();
    long start = System.nanoTime();
    long[] latencies = {};
    switch (scenario.workload()) {
      case ADD -> source.produce(scenario).join();
      case PROCESS -> {
        completed = new CountDownLatch(scenario.jobs());
        start(scenario);
        await(completed);
      }
      case ADD_AND_PROCESS -> {
        completed = new CountDownLatch(scenario.jobs());
        source.produce(scenario).join();
        await(completed);
      }
      case PICK_UP -> latencies = pickUps(scenario);
    }
    return new Run(
        System.nanoTime() - start,
        engine.meter().sent() - sent,
        PROCESS.getProcessCpuTime() - cpu,
        latencies);
  }

  @Override
  public void done(Scenario scenario) {
    consumers.forEach(consumer -> consumer.close(Duration.ofSeconds(1)).join());
    consumers.clear();
  }

  private void start(Scenario scenario) {
    for (String queue : scenario.queueNames()) {
      consumers.add(
          engine.consume(
              ConsumerOptions.of(queue).withConcurrency(scenario.concurrency()), this::process));
    }
  }

  private void process(JobRun run) {
    beganNanos = System.nanoTime();
    began.countDown();
    run.complete("{\"ok\":true}");
  }

  private long[] pickUps(Scenario scenario) {
    long[] latencies = new long[scenario.jobs()];
    List<String> names = scenario.queueNames();
    for (int n = 0; n < latencies.length; n++) {
      completed = new CountDownLatch(1);
      began = new CountDownLatch(1);
      long added = System.nanoTime();
      engine.queue(names.get(n % names.size())).add(JobSource.job(n));
      await(began);
      latencies[n] = beganNanos - added;
      await(completed);
      pause(scenario.gapMillis());
    }
    return latencies;
  }

  private static void pause(long millis) {
    LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(millis));
  }

  private static void await(CountDownLatch latch) {
    try {
      if (!latch.await(LONGEST.toSeconds(), TimeUnit.SECONDS)) {
        throw new IllegalStateException(latch.getCount() + " job(s) did not end in " + LONGEST);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() {
    engine.close();
    link.close();
  }

  private final class CompletedCounter implements EngineListener {

    @Override
    public void ended(Job job, Outcome outcome, Duration ran) {
      if (outcome == Outcome.COMPLETED) {
        completed.countDown();
      }
    }
  }
}
