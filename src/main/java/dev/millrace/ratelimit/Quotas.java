package dev.millrace.ratelimit;

import java.time.Clock;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Quotas that were changed while the application runs. They are kept in the database, because all
 * replicas can look there as often as they like: in Redis each look would be billed.
 */
final class Quotas implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(Quotas.class);

  private final JdbcClient jdbc;
  private final NamedLimits limits;
  private final RateLimitMeters meters;
  private final Clock clock;
  private final ScheduledExecutorService reader =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("rate-limit-quotas").factory());

  private volatile Map<String, Long> changed = new ConcurrentHashMap<>();
  private boolean failing;

  Quotas(JdbcClient jdbc, NamedLimits limits, RateLimitMeters meters, Clock clock) {
    this.jdbc = jdbc;
    this.limits = limits;
    this.meters = meters;
    this.clock = clock;
  }

  /** Reads now, and then at this interval. */
  void start(Duration every) {
    read();
    reader.scheduleWithFixedDelay(
        this::read, every.toMillis(), every.toMillis(), TimeUnit.MILLISECONDS);
  }

  /** The limit with the quota that holds now. */
  RateLimit applied(RateLimit limit) {
    Long quota = changed.get(limit.name());
    return quota == null ? limit : limit.withQuota(quota);
  }

  synchronized void change(RateLimit limit, long quota) {
    jdbc.sql(
            """
            INSERT INTO rate_limit_quotas (name, quota, changed_at) VALUES (:name, :quota, :now)
            ON CONFLICT (name) DO UPDATE SET quota = EXCLUDED.quota, changed_at = EXCLUDED.changed_at
            """)
        .param("name", limit.name())
        .param("quota", quota)
        .param("now", OffsetDateTime.ofInstant(clock.instant(), ZoneOffset.UTC))
        .update();
    changed.put(limit.name(), quota);
    LOG.info("The quota of the rate limit {} is {} from now on", limit.name(), quota);
  }

  synchronized void restore(RateLimit limit) {
    jdbc.sql("DELETE FROM rate_limit_quotas WHERE name = :name")
        .param("name", limit.name())
        .update();
    changed.remove(limit.name());
    LOG.info("The quota of the rate limit {} is as configured, {}", limit.name(), limit.quota());
  }

  /** While the database is away, what was read last holds. */
  synchronized void read() {
    Map<String, Long> found = new ConcurrentHashMap<>();
    try {
      jdbc.sql("SELECT name, quota FROM rate_limit_quotas")
          .query(
              row -> {
                note(found, row.getString("name"), row.getLong("quota"));
              });
    } catch (DataAccessException e) {
      meters.quotasRead(false);
      if (!failing) {
        LOG.warn("Changed quotas of rate limits cannot be read; the last known ones hold", e);
      }
      failing = true;
      return;
    }
    failing = false;
    changed = found;
    meters.quotasRead(true);
  }

  /** One that the limit cannot count to is none: it was stored for another configuration. */
  private void note(Map<String, Long> found, String name, long quota) {
    if (limits.names().contains(name)) {
      RateLimit limit = limits.get(name);
      if (quota >= 1 && quota <= LimitSettings.most(limit.algorithm(), limit.window())) {
        found.put(name, quota);
      } else if (!failing) {
        LOG.warn("The stored quota {} of the rate limit {} is passed over", quota, name);
      }
    }
  }

  @Override
  public void close() {
    reader.shutdownNow();
  }
}
