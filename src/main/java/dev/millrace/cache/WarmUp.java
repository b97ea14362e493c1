package dev.millrace.cache;

import io.micrometer.core.instrument.MeterRegistry;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes entries before somebody asks for them, a few at a time. What fails is logged, counted in
 * {@code millrace.cache.warmups}, and loaded when it is asked for.
 */
final class WarmUp implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(WarmUp.class);

  private final List<CacheWarmer<?>> warmers;
  private final MeterRegistry meters;
  private final ExecutorService threads;

  /**
   * @param parallel entries at a time
   */
  WarmUp(List<CacheWarmer<?>> warmers, int parallel, MeterRegistry meters) {
    this.warmers = List.copyOf(warmers);
    this.meters = meters;
    this.threads =
        Executors.newFixedThreadPool(
            parallel, Thread.ofVirtual().name("cache-warm-up-", 0).factory());
  }

  /** Returns at once. */
  void begin() {
    warmers.forEach(this::begin);
  }

  private <T> void begin(CacheWarmer<T> warmer) {
    threads.execute(
        () -> {
          try {
            for (CacheKey key : warmer.keys().get()) {
              threads.execute(() -> warm(warmer, key));
            }
          } catch (Throwable e) {
            failed(warmer, e);
          }
        });
  }

  private <T> void warm(CacheWarmer<T> warmer, CacheKey key) {
    try {
      warmer.cache().getOrLoad(key, () -> warmer.loader().apply(key));
      count(warmer, "warmed");
    } catch (Throwable e) {
      failed(warmer, e);
    }
  }

  private void failed(CacheWarmer<?> warmer, Throwable e) {
    count(warmer, "failed");
    LOG.warn("warm-up {} failed", warmer.name(), e);
  }

  private void count(CacheWarmer<?> warmer, String outcome) {
    meters
        .counter("millrace.cache.warmups", "warmer", warmer.name(), "outcome", outcome)
        .increment();
  }

  /** What has not begun is left. */
  @Override
  public void close() {
    threads.shutdownNow();
  }
}
