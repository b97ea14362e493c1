package dev.millrace.restcheck;

import dev.millrace.rest.client.Reply;
import dev.millrace.rest.client.RestCommand;
import dev.millrace.rest.client.RestRedis;
import dev.millrace.rest.client.RestRedisException;
import dev.millrace.rest.client.RestRedisException.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * Does to a Redis over HTTP what a cache and a limiter by sorted set do, each under a key that
 * nobody else has and that goes by itself within a minute.
 */
final class RestCheck {

  private static final int SECONDS_TO_LIVE = 60;

  private final RestRedis redis;
  private final String value = "millrace:check:" + UUID.randomUUID();
  private final String set = value + ":set";
  private final List<Step> steps = new ArrayList<>();

  RestCheck(RestRedis redis) {
    this.redis = redis;
    step("ping", "PONG", Reply::text, "PING");
    step("set", "OK", Reply::text, "SET", value, "müh \"1\"", "EX", SECONDS_TO_LIVE);
    step("get", "müh \"1\"", Reply::text, "GET", value);
    step("exists", 1L, Reply::integer, "EXISTS", value);
    step("delete", 1L, Reply::integer, "DEL", value);
    step("verify that it is gone", null, Reply::text, "GET", value);
    step("ZADD", 3L, Reply::integer, "ZADD", set, 1000, "a", 2000, "b", 3000, "c");
    step("EXPIRE", 1L, Reply::integer, "EXPIRE", set, SECONDS_TO_LIVE);
    step("ZCARD", 3L, Reply::integer, "ZCARD", set);
    step("ZREMRANGEBYSCORE", 2L, Reply::integer, "ZREMRANGEBYSCORE", set, 0, 2000);
    step("ZCARD of what is left", 1L, Reply::integer, "ZCARD", set);
    step("delete what is left", 1L, Reply::integer, "DEL", set);
  }

  int size() {
    return steps.size();
  }

  /**
   * Takes the steps one after the other, to the end whatever they find, unless nobody answers.
   *
   * @return how many were as they must be
   */
  int run(Consumer<String> lines) {
    int passed = 0;
    for (Step step : steps) {
      long begun = System.nanoTime();
      String problem;
      try {
        problem = step.problem(redis);
      } catch (RestRedisException e) {
        lines.accept("FAILED  " + step.name() + ": " + e.getMessage());
        if (e.kind() == Kind.ERROR || e.kind() == Kind.MALFORMED) {
          continue;
        }
        return passed;
      }
      if (problem != null) {
        lines.accept("FAILED  " + step.name() + ": " + problem);
        continue;
      }
      passed++;
      lines.accept(
          "ok      %-24s %4d ms".formatted(step.name(), (System.nanoTime() - begun) / 1_000_000));
    }
    return passed;
  }

  private void step(
      String name, Object wanted, Function<Reply, ?> read, String command, Object... arguments) {
    steps.add(new Step(name, RestCommand.of(command, arguments), wanted, read));
  }

  private record Step(String name, RestCommand command, Object wanted, Function<Reply, ?> read) {

    /** Null when there is none. */
    String problem(RestRedis redis) {
      Object found = read.apply(RestRedis.await(redis.send(command)));
      return Objects.equals(found, wanted)
          ? null
          : command.name() + " answered " + found + " instead of " + wanted;
    }
  }
}
