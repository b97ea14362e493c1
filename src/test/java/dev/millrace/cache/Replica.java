package dev.millrace.cache;

import dev.millrace.TestClock;
import dev.millrace.rest.client.RestRedis;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** One process with caches, its clock, its meters, and what happens in its pauses. */
final class Replica implements AutoCloseable {

  final TestClock clock;
  final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  final List<Duration> pauses = new CopyOnWriteArrayList<>();
  final Caches caches;
  final CacheStore store;

  private volatile Consumer<Duration> meanwhile = time -> {};

  Replica(CacheProperties properties, RestRedis redis, TestClock clock) {
    this.clock = clock;
    this.caches =
        new Caches(
            properties,
            redis,
            meters,
            new Surroundings(
                clock,
                () -> TimeUnit.MILLISECONDS.toNanos(clock.millis()),
                time -> {
                  pauses.add(time);
                  meanwhile.accept(time);
                },
                () -> ThreadLocalRandom.current().nextLong(),
                Executors.newVirtualThreadPerTaskExecutor()));
    this.store = caches.store();
  }

  /** What happens while this one waits for another. */
  void meanwhile(Consumer<Duration> happens) {
    meanwhile = happens;
  }

  Cache<String> things() {
    return caches.cache("things", String.class);
  }

  double count(String meter, String... tags) {
    return meters.find("millrace.cache." + meter).tags(tags).counters().stream()
        .mapToDouble(Counter::count)
        .sum();
  }

  long loads(String outcome) {
    return meters.find("millrace.cache.loads").tag("outcome", outcome).timers().stream()
        .mapToLong(Timer::count)
        .sum();
  }

  @Override
  public void close() {
    caches.close();
  }
}
