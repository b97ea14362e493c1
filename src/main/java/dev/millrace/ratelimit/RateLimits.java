package dev.millrace.ratelimit;

import dev.millrace.ratelimit.Decision.Source;
import dev.millrace.rest.client.RestRedis;
import dev.millrace.rest.client.RestRedisException;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * The named limits. Each is counted for all replicas together, in one script call; while Redis does
 * not answer, the limit's policy decides. All methods but {@link #names} throw {@link UnknownLimit}
 * for a wrong name and {@link RefusedCheck} for a subject or weight that is none.
 */
public final class RateLimits {

  private final NamedLimits limits;
  private final Quotas quotas;
  private final SubjectKeys keys;
  private final RedisLimits redis;
  private final LocalLimits local;
  private final Unreachable unreachable;
  private final RefusedSubjects refused;
  private final RateLimitMeters meters;
  private final Batch batch;
  private final boolean enabled;
  private final Clock clock;

  RateLimits(
      NamedLimits limits,
      Quotas quotas,
      SubjectKeys keys,
      RedisLimits redis,
      RateLimitMeters meters,
      RateLimitingProperties properties,
      Clock clock) {
    this.limits = limits;
    this.quotas = quotas;
    this.keys = keys;
    this.redis = redis;
    this.meters = meters;
    this.clock = clock;
    this.enabled = properties.enabled();
    this.local = new LocalLimits(clock);
    this.unreachable = new Unreachable(local, clock);
    this.refused = new RefusedSubjects(properties.remember(), properties.rememberAtMost(), clock);
    this.batch = new Batch(redis, local, unreachable, refused, meters, clock);
  }

  /** Takes 1, if it is there. */
  public Decision check(String limit, String subject) {
    return check(limit, subject, 1);
  }

  /** Takes {@code weight}, or nothing if that much is not there. Never throws for Redis' sake. */
  public Decision check(String limit, String subject, int weight) {
    return decide(question(limit(limit), subject, weight));
  }

  /** The same with a quota for this subject alone, such as that of a paid plan. */
  public Decision check(String limit, String subject, int weight, long quota) {
    RateLimit named = limits.get(limit);
    return decide(question(named.withQuota(countable(named, quota)), subject, weight));
  }

  /** What {@link #check(String, String)} would say now. Takes nothing. */
  public Decision peek(String limit, String subject) {
    return look(question(limit(limit), subject, 1));
  }

  /** The same with a quota for this subject alone. */
  public Decision peek(String limit, String subject, long quota) {
    RateLimit named = limits.get(limit);
    return look(question(named.withQuota(countable(named, quota)), subject, 1));
  }

  private Decision look(Question asked) {
    return known(asked).orElseGet(() -> ask(asked, redis::look, unreachable::look));
  }

  /**
   * Asks several in one request, for all or nothing: when one refuses, what the others gave is
   * given back, and none is {@link Decision#allowed}. Until then others may be refused what it had
   * taken; another replica may remember that as any refusal.
   *
   * @return a decision for each, in order
   */
  public List<Decision> checkAll(List<Check> checks) {
    List<Question> asked =
        checks.stream()
            .map(check -> question(limit(check.limit()), check.subject(), check.weight()))
            .toList();
    List<Decision> decisions = batch.decide(asked, this::known);
    decisions.forEach(meters::decided);
    return decisions;
  }

  /**
   * Forgets what the subject has taken. Other replicas may refuse it from memory for up to {@code
   * millrace.rate-limiting.remember-at-most}.
   *
   * @throws RestRedisException when Redis was not reached
   */
  public void reset(String limit, String subject) {
    Question asked = question(limit(limit), subject, 1);
    counted(asked, () -> redis.forget(asked));
    local.forget(asked.key());
    refused.forget(asked.key());
  }

  /**
   * Gives back what a check took, from where it was taken: Redis, or this instance. Of what is a
   * window ago, or was never taken, nothing is given back; nor more than is still counted.
   *
   * @param taken what the check said
   * @param weight 1 to the quota of then
   * @throws RestRedisException when it was taken from Redis, which was not reached
   */
  public void refund(Decision taken, String subject, int weight) {
    Question asked = question(limit(taken.limit()).withCapacity(taken.quota()), subject, weight);
    if (!taken.allowed() || !taken.at().plus(asked.limit().window()).isAfter(clock.instant())) {
      return;
    }
    if (taken.source() == Source.LOCAL) {
      local.giveBack(asked);
    } else if (taken.source() == Source.REDIS) {
      counted(asked, () -> RestRedis.await(redis.giveBack(asked, taken.at())));
      refused.forget(asked.key());
    }
  }

  /**
   * Changes a limit's quota for all replicas, until it is changed again or restored; the others
   * know within {@code millrace.rate-limiting.quotas-every}. It is kept in the database, so that no
   * check costs more for it.
   *
   * @throws RefusedCheck when the limit cannot count to it
   */
  public void changeQuota(String limit, long quota) {
    RateLimit named = limits.get(limit);
    quotas.change(named, countable(named, quota));
  }

  /** The configured quota holds again, for all replicas. */
  public void restoreQuota(String limit) {
    quotas.restore(limits.get(limit));
  }

  /** The names of all limits, in order. */
  public Set<String> names() {
    return limits.names();
  }

  /**
   * A limit with the quota that holds now.
   *
   * @throws UnknownLimit with the nearest name
   */
  public RateLimit limit(String name) {
    return quotas.applied(limits.get(name));
  }

  private Decision decide(Question asked) {
    long mark = refused.mark();
    Decision decision = known(asked).orElseGet(() -> ask(asked, redis::take, unreachable::take));
    if (!decision.allowed() && decision.source() == Source.REDIS) {
      refused.remember(asked, decision, mark);
    }
    meters.decided(decision);
    return decision;
  }

  /** What can be said without asking Redis. */
  private Optional<Decision> known(Question asked) {
    return passesUncounted(asked.limit())
        ? Optional.of(Unreachable.open(Source.DISABLED, asked.limit(), clock.instant()))
        : refused.refuses(asked);
  }

  private boolean passesUncounted(RateLimit limit) {
    return !enabled && !limit.isForSms();
  }

  private Decision ask(
      Question asked, Function<Question, Decision> first, Function<Question, Decision> otherwise) {
    try {
      return first.apply(asked);
    } catch (RestRedisException e) {
      meters.failed(asked.limit().name(), e.kind());
      return otherwise.apply(asked);
    }
  }

  private void counted(Question asked, Runnable command) {
    try {
      command.run();
    } catch (RestRedisException e) {
      meters.failed(asked.limit().name(), e.kind());
      throw e;
    }
  }

  private Question question(RateLimit limit, String subject, long weight) {
    if (weight < 1 || weight > limit.capacity()) {
      throw new RefusedCheck(
          "A weight of %d cannot be taken from the rate limit \"%s\"; ask for 1 to %d."
              .formatted(weight, limit.name(), limit.capacity()));
    }
    return new Question(limit, keys.of(limit, subject), weight);
  }

  private static long countable(RateLimit limit, long quota) {
    long most = LimitSettings.most(limit.algorithm(), limit.window());
    if (quota < 1 || quota > most) {
      throw new RefusedCheck(
          "The rate limit \"%s\" cannot have a quota of %d; it counts to %d at most, and from 1."
              .formatted(limit.name(), quota, most));
    }
    return quota;
  }
}
