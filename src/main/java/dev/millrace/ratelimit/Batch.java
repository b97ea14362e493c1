package dev.millrace.ratelimit;

import dev.millrace.ratelimit.Decision.Source;
import dev.millrace.rest.client.RestRedisException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
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

  private List<Decision> take(List<Question> asked) {
    if (asked.isEmpty()) {
      return List.of();
    }
    try {
      return redis.takeAll(asked);
    } catch (RestRedisException e) {
      asked.forEach(one -> meters.failed(one.limit().name(), e.kind()));
      return asked.stream().map(unreachable::take).toList();
    }
  }

  private List<Decision> undone(List<Question> asked, List<Decision> decisions, long mark) {
    List<Decision> undone = new ArrayList<>();
    List<Question> back = new ArrayList<>();
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
        } else if (decision.source() == Source.LOCAL) {
          local.giveBack(one);
        }
        undone.add(
            untouched(
                one.limit(),
                Math.min(one.limit().capacity(), decision.remaining() + one.weight())));
      }
    }
    giveBack(back);
    return undone;
  }

  private void giveBack(List<Question> taken) {
    if (taken.isEmpty()) {
      return;
    }
    try {
      redis.giveBack(taken);
    } catch (RestRedisException e) {
      // The batch is refused all the same; what stays taken comes back with its window.
      taken.forEach(one -> meters.failed(one.limit().name(), e.kind()));
      LOG.warn("What a refused batch had taken from rate limits was not given back: {}", e.kind());
    }
    // Who was refused meanwhile may have been refused for what is there again.
    taken.forEach(one -> refused.forget(one.key()));
  }

  private Decision untouched(RateLimit limit, long remaining) {
    return new Decision(
        limit.name(),
        false,
        limit.capacity(),
        remaining,
        clock.instant(),
        Duration.ZERO,
        Source.BATCH);
  }
}
