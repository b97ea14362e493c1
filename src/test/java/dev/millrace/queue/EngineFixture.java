package dev.millrace.queue;

import dev.millrace.TestRedis;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;

/** An engine on the tests' Redis, and short ways to say what tests say often. */
final class EngineFixture implements AutoCloseable {

  static final Duration SOON = Duration.ofSeconds(10);

  final TestRedis.Link link;
  final QueueEngine engine;
  final Queue<String> heard = new ConcurrentLinkedQueue<>();

  EngineFixture() {
    this(options());
  }

  EngineFixture(EngineOptions options) {
    this(options, TestRedis.link(options.instance()));
  }

  EngineFixture(EngineOptions options, TestRedis.Link link) {
    this(options, link, link);
  }

  /** With something around the link that changes what comes over it. */
  EngineFixture(EngineOptions options, TestRedis.Link link, RedisLink around) {
    this.link = link;
    engine =
        new QueueEngine(
            around,
            options,
            new EngineListener() {
              @Override
              public void ended(Job job, Outcome outcome, Duration ran) {
                heard.add(job.id() + " " + outcome);
              }

              @Override
              public void stalled(String queue, int jobs) {
                heard.add(queue + " STALLED " + jobs);
              }

              @Override
              public void schedulingFailed(String queue, String scheduler, Throwable failure) {
                heard.add(scheduler + " NOT SCHEDULED");
              }
            },
            Clock.systemUTC());
  }

  static EngineOptions options() {
    return EngineOptions.of("t" + UUID.randomUUID().toString().substring(0, 8))
        .withPrefix(TestRedis.PREFIX);
  }

  static String queueName() {
    return "q-" + UUID.randomUUID().toString().substring(0, 8);
  }

  AddedJob add(String queue, String data, JobOptions options) {
    return engine.queue(queue).add(new NewJob("test", data, options)).join();
  }

  AddedJob add(String queue, String data) {
    return add(queue, data, JobOptions.DEFAULT);
  }

  List<AddedJob> addMany(String queue, int count) {
    List<NewJob> jobs = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      jobs.add(new NewJob("test", "{\"n\":" + i + "}", JobOptions.DEFAULT));
    }
    return engine.queue(queue).addAll(jobs).join();
  }

  Job job(String queue, String id) {
    return engine.queue(queue).find(id).join().orElseThrow();
  }

  Map<String, Long> counts(String queue) {
    return engine.queue(queue).counts().join();
  }

  @Override
  public void close() {
    engine.close();
    link.close();
  }
}
