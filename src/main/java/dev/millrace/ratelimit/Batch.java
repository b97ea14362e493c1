package dev.millrace.ratelimit;

import dev.millrace.ratelimit.Decision.Source;
import dev.millrace.rest.client.RestRedis;
import dev.millrace.rest.client.RestRedisException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Several checks in one request, for all or nothing. */
final class Batch {

  private static final Logger LOG = LoggerFactory.getLogger(Batch.class);

  private final RedisLimits redis;
  private final LocalLimits local;
  private final Unreachable unreachable;
  private final RefusedSubjects refused;
  private final RateLimitMeters meters;
  private final Clock clock;

  Batch(
      RedisLimits redis,
      LocalLimits local,
      Unreachable unreachable,
      RefusedSubjects refused,
      RateLimitMeters meters,
      Clock clock) {
    this.redis = redis;
    this.local = local;
    this.unreachable = unreachable;
    this.refused = refused;
    this.meters = meters;
    this.clock = clock;
  }

  /**
   * @param known what can be said of one without asking Redis; a refusal ends the batch
   * @return a decision for each, in order
   */
  List<Decision> decide(List<Question> asked, Function<Question, Optional<Decision>> known) {
    long mark = refused.mark();
    List<Decision> decisions = new ArrayList<>();
    asked.forEach(one -> decisions.add(known.apply(one).orElse(null)));
    if (decisions.stream().anyMatch(one -> one != null && !one.allowed())) {
      for (int i = 0; i < decisions.size(); i++) {
        if (decisions.get(i) == null || decisions.get(i).allowed()) {
          decisions.set(i, untouched(asked.get(i).limit(), asked.get(i).limit().capacity()));
        }
      }
      return decisions;
    }
    List<Integer> open = new ArrayList<>();
    for (int i = 0; i < decisions.size(); i++) {
      if (decisions.get(i) == null) {
        open.add(i);
      }
    }
    List<Decision> taken = take(open.stream().map(asked::get).toList());
    for (int i = 0; i < open.size(); i++) {
      decisions.set(open.get(i), taken.get(i));
    }
    return decisions.stream().allMatch(Decision::allowed)
        ? decisions
        : undone(asked, decisions, mark);
  }

  /** Each fails for itself: what the others gave is then known, and can be given back. */
  private List<Decision> take(List<Question> asked) {
    List<CompletableFuture<Decision>> answers = redis.takeAll(asked);
    List<Decision> decisions = new ArrayList<>();
    for (int i = 0; i < asked.size(); i++) {
      try {
        decisions.add(RestRedis.await(answers.get(i)));
      } catch (RestRedisException e) {
        meters.failed(asked.get(i).limit().name(), e.kind());
        decisions.add(unreachable.take(asked.get(i)));
      }
    }
    return decisions;
  }

  private List<Decision> undone(List<Question> asked, List<Decision> decisions, long mark) {
    List<Decision> undone = new ArrayList<>();
    List<Question> back = new ArrayList<>();
    List<CompletableFuture<?>> given = new ArrayList<>();
    for (int i = 0; i < asked.size(); i++) {
      Question one = asked.get(i);
      Decision decision = decisions.get(i);
      if (!decision.allowed()) {
        if (decision.source() == Source.REDIS) {
          refused.remember(one, decision, mark);
        }
        undone.add(decision);
      } else {
        if (decision.source() == Source.REDIS) {
          back.add(one);
          given.add(redis.giveBack(one, decision.at()));
        } else if (decision.source() == Source.LOCAL) {
          local.giveBack(one);
        }
        undone.add(
            untouched(
                one.limit(),
                Math.min(one.limit().capacity(), decision.remaining() + one.weight())));
      }
    }
    await(back, given);
    return undone;
  }

  private void await(List<Question> taken, List<CompletableFuture<?>> given) {
    for (int i = 0; i < taken.size(); i++) {
      Question one = taken.get(i);
      try {
        RestRedis.await(given.get(i));
      } catch (RestRedisException e) {
        // The batch is refused all the same; what stays taken comes back with its window.
        meters.failed(one.limit().name(), e.kind());
        LOG.warn(
            "What a refused batch had taken from the rate limit {} was not given back: {}",
            one.limit().name(),
            e.kind());
      }
      // Who was refused meanwhile may have been refused for what is there again.
      refused.forget(one.key());
    }
  }

  private Decision untouched(RateLimit limit, long remaining) {
    Instant now = clock.instant();
    return new Decision(
        limit.name(), false, limit.capacity(), remaining, now, Duration.ZERO, Source.BATCH, now);
  }
}
