package dev.millrace.ratelimit;

import dev.millrace.ratelimit.Decision.Source;
import dev.millrace.rest.client.RestRedis;
import dev.millrace.rest.client.RestRedisException;
import dev.millrace.rest.client.ScriptCall;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

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
    Instant now = clock.instant();
    Counting counting = counting(asked);
    return counting
        .taken(asked, now.toEpochMilli(), RestRedis.await(redis.eval(call(asked, now))))
        .by(Source.REDIS, asked.limit(), now);
  }

  /** In one request. */
  List<Decision> takeAll(List<Question> asked) {
    Instant now = clock.instant();
    List<ScriptCall> calls = asked.stream().map(one -> call(one, now)).toList();
    var answers = RestRedis.await(redis.evalAll(calls));
    List<Decision> decisions = new ArrayList<>();
    for (int i = 0; i < calls.size(); i++) {
      Question one = asked.get(i);
      decisions.add(
          counting(one)
              .taken(one, now.toEpochMilli(), answers.get(i))
              .by(Source.REDIS, one.limit(), now));
    }
    return decisions;
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

  /** In one request. */
  void giveBack(List<Question> asked) {
    long now = clock.millis();
    RestRedis.await(
        redis.evalAll(asked.stream().map(one -> counting(one).giveBack(one, now)).toList()));
  }

  void forget(Question asked) {
    RestRedis.await(redis.send(counting(asked).forget(asked, clock.millis())));
  }

  private ScriptCall call(Question asked, Instant now) {
    return counting(asked).take(asked, now.toEpochMilli());
  }

  private Counting counting(Question asked) {
    return countings.get(asked.limit().algorithm());
  }
}
