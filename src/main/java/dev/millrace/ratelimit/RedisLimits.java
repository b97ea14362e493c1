package dev.millrace.ratelimit;

import dev.millrace.ratelimit.Decision.Source;
import dev.millrace.rest.client.Reply;
import dev.millrace.rest.client.RestRedis;
import dev.millrace.rest.client.RestRedisException;
import java.time.Clock;
import java.time.Instant;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/** Counts in Redis. All methods throw {@link RestRedisException} when that fails. */
final class RedisLimits {

  private final RestRedis redis;
  private final Clock clock;
  private final Map<Algorithm, Counting> countings = new EnumMap<>(Algorithm.class);

  RedisLimits(RestRedis redis, Clock clock) {
    this.redis = redis;
    this.clock = clock;
    for (Algorithm algorithm : Algorithm.values()) {
      countings.put(algorithm, Counting.by(algorithm));
    }
  }

  Decision take(Question asked) {
    return RestRedis.await(takeAll(List.of(asked)).getFirst());
  }

  /** Asked at the same moment, so that they share a request, and each has its own answer. */
  List<CompletableFuture<Decision>> takeAll(List<Question> asked) {
    Instant now = clock.instant();
    return asked.stream()
        .map(
            one ->
                redis
                    .eval(counting(one).take(one, now.toEpochMilli()))
                    .thenApply(answer -> taken(one, now, answer)))
        .toList();
  }

  private Decision taken(Question asked, Instant now, List<Reply> answer) {
    return counting(asked)
        .taken(asked, now.toEpochMilli(), answer)
        .by(Source.REDIS, asked.limit(), now);
  }

  /** What {@link #take} would say to who takes 1. */
  Decision look(Question asked) {
    Instant now = clock.instant();
    Counting counting = counting(asked);
    String stored = RestRedis.await(redis.send(counting.look(asked, now.toEpochMilli()))).text();
    return counting
        .looked(asked.limit(), now.toEpochMilli(), stored)
        .by(Source.REDIS, asked.limit(), now);
  }

  /**
   * Gives back what was taken.
   *
   * @param at when it was
   */
  CompletableFuture<?> giveBack(Question taken, Instant at) {
    return redis.eval(counting(taken).giveBack(taken, at.toEpochMilli()));
  }

  void forget(Question asked) {
    RestRedis.await(redis.send(counting(asked).forget(asked, clock.millis())));
  }

  private Counting counting(Question asked) {
    return countings.get(asked.limit().algorithm());
  }
}
