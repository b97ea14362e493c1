package dev.millrace.queue;

import io.lettuce.core.LMoveArgs;
import io.lettuce.core.Range;
import io.lettuce.core.RedisCommandExecutionException;
import io.lettuce.core.RedisNoScriptException;
import io.lettuce.core.ScriptOutputType;
import io.lettuce.core.cluster.api.async.RedisClusterAsyncCommands;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * Sends what does not block, counts it, and turns bytes into text. Nothing here waits: everything
 * is a future.
 */
final class CommandLine {

  /** A slot that moves to another node is refused until all its keys have arrived. */
  private static final String ON_ITS_WAY = "TRYAGAIN";

  private static final Duration UNTIL_NEXT_TRY = Duration.ofMillis(200);
  private static final int MOST_TRIES = 50;

  /** Longer than an engine sleeps between two looks. */
  private static final Duration RING_LASTS = Duration.ofHours(2);

  /** There are but two kinds of markers. */
  private static final int MOST_MARKERS = 10;

  static final LMoveArgs RIGHT_TO_RIGHT = LMoveArgs.Builder.rightRight();

  private final Supplier<RedisClusterAsyncCommands<byte[], byte[]>> connection;
  private final boolean clustered;
  private final CommandMeter meter;
  private final String guardKey;
  private final Consumer<List<String>> filled;

  /**
   * @param filled is told the keys of each script that may have made jobs ready or delayed
   */
  CommandLine(
      Supplier<RedisClusterAsyncCommands<byte[], byte[]>> connection,
      boolean clustered,
      CommandMeter meter,
      String prefix,
      Consumer<List<String>> filled) {
    this.filled = filled;
    this.connection = connection;
    this.clustered = clustered;
    this.meter = meter;
    this.guardKey = QueueKeys.guardKey(prefix);
  }

  /** Runs a script and drops the first element of its reply, the number of calls it made. */
  CompletableFuture<List<Object>> run(Script script, List<String> keys, List<String> arguments) {
    List<String> declared = new ArrayList<>(keys);
    if (clustered) {
      declared.add(guardKey);
    }
    return run(script, keys.get(0), bytes(declared), bytes(arguments), MOST_TRIES)
        .thenApply(
            reply -> {
              if (script.fills()) {
                filled.accept(keys);
              }
              return reply;
            });
  }

  private CompletableFuture<List<Object>> run(
      Script script, String key, byte[][] keyBytes, byte[][] argumentBytes, int tries) {
    CompletableFuture<Object> first =
        send(
            c ->
                c.<Object>evalsha(
                    script.digest(), ScriptOutputType.MULTI, keyBytes, argumentBytes));
    return first
        .handle(
            (reply, failure) -> {
              if (failure == null) {
                return CompletableFuture.completedFuture(reply);
              }
              // After a restart or a failover the server has forgotten the script; EVAL teaches it
              // again.
              if (unwrap(failure) instanceof RedisNoScriptException) {
                return this.<Object>send(
                    c -> c.eval(script.body(), ScriptOutputType.MULTI, keyBytes, argumentBytes));
              }
              return CompletableFuture.<Object>failedFuture(named(script, key, unwrap(failure)));
            })
        .thenCompose(Function.identity())
        .thenApply(
            reply -> {
              List<Object> decoded = decode(script.checked(reply));
              meter.inner((long) decoded.get(0) - 1);
              return decoded.subList(1, decoded.size());
            })
        .exceptionallyCompose(
            failure -> {
              if (tries <= 1 || !isOnItsWay(unwrap(failure))) {
                return CompletableFuture.failedFuture(failure);
              }
              // Refused before it began, so nothing can happen twice.
              Executor later =
                  CompletableFuture.delayedExecutor(
                      UNTIL_NEXT_TRY.toMillis(), TimeUnit.MILLISECONDS);
              return CompletableFuture.supplyAsync(() -> tries - 1, later)
                  .thenCompose(left -> run(script, key, keyBytes, argumentBytes, left));
            });
  }

  private static boolean isOnItsWay(Throwable failure) {
    return failure instanceof RedisCommandExecutionException
        && failure.getMessage() != null
        && failure.getMessage().startsWith(ON_ITS_WAY);
  }

  /** Redis says only that some key is of the wrong type. */
  private static Throwable named(Script script, String key, Throwable failure) {
    if (!(failure instanceof RedisCommandExecutionException)
        || !failure.getMessage().contains("WRONGTYPE")) {
      return failure;
    }
    return new RedisCommandExecutionException(
        "script "
            + script
            + " on "
            + key
            + " met a key that is not of the type that BullMQ makes it; find it with TYPE among the"
            + " queue's keys and rename it ("
            + failure.getMessage()
            + ")",
        failure);
  }

  CompletableFuture<String> type(String key) {
    return send(c -> c.type(text(key)));
  }

  CompletableFuture<Long> exists(Collection<String> keys) {
    return send(c -> c.exists(bytes(keys)));
  }

  CompletableFuture<Map<String, String>> hash(String key) {
    return send(c -> c.hgetall(text(key)))
        .thenApply(
            raw -> {
              Map<String, String> hash = new LinkedHashMap<>();
              raw.forEach((field, value) -> hash.put(text(field), text(value)));
              return hash;
            });
  }

  CompletableFuture<Long> putAll(String key, Map<String, String> fields) {
    Map<byte[], byte[]> raw = new LinkedHashMap<>();
    fields.forEach((field, value) -> raw.put(text(field), text(value)));
    return send(c -> c.hset(text(key), raw));
  }

  CompletableFuture<Long> removeAll(String key, Collection<String> fields) {
    return send(c -> c.hdel(text(key), bytes(fields)));
  }

  CompletableFuture<Long> listLength(String key) {
    return send(c -> c.llen(text(key)));
  }

  CompletableFuture<Set<String>> members(String key) {
    return send(c -> c.smembers(text(key)))
        .thenApply(
            raw -> raw.stream().map(CommandLine::text).collect(Collectors.toUnmodifiableSet()));
  }

  /** A whole sorted set, lowest score first. */
  CompletableFuture<List<String>> range(String key) {
    return send(c -> c.zrange(text(key), 0, -1))
        .thenApply(raw -> raw.stream().map(CommandLine::text).toList());
  }

  CompletableFuture<Long> setSize(String key) {
    return send(c -> c.scard(text(key)));
  }

  CompletableFuture<Long> hashSize(String key) {
    return send(c -> c.hlen(text(key)));
  }

  CompletableFuture<Long> sortedSetSize(String key) {
    return send(c -> c.zcard(text(key)));
  }

  /** The lowest score of a sorted set; null = it is empty. */
  CompletableFuture<Double> firstScore(String key) {
    return send(c -> c.zrangeWithScores(text(key), 0, 0))
        .thenApply(first -> first.isEmpty() ? null : first.get(0).getScore());
  }

  /**
   * Wakes whoever blocks on the key; the key does not outlive an engine that died before it looked.
   */
  CompletableFuture<?> ring(String key, String member) {
    CompletableFuture<Long> added = send(c -> c.zadd(text(key), 0, text(member)));
    return added.thenCombine(send(c -> c.expire(text(key), RING_LASTS.toSeconds())), (a, b) -> a);
  }

  /** Takes all that is in a sorted set of a few: member to score. */
  CompletableFuture<Map<String, Double>> popAll(String key) {
    return send(c -> c.zpopmin(text(key), MOST_MARKERS))
        .thenApply(
            popped -> {
              Map<String, Double> all = new LinkedHashMap<>();
              popped.forEach(one -> all.put(text(one.getValue()), one.getScore()));
              return all;
            });
  }

  CompletableFuture<Long> publish(String channel, String text) {
    return send(c -> c.publish(text(channel), text(text)));
  }

  /** Enters or moves a member of a sorted set. */
  CompletableFuture<Long> score(String key, String member, double score) {
    return send(c -> c.zadd(text(key), score, text(member)));
  }

  CompletableFuture<Long> drop(String key, String member) {
    return send(c -> c.zrem(text(key), text(member)));
  }

  /** Drops the members of a sorted set that have this score or a lower one. */
  CompletableFuture<Long> dropUpTo(String key, double score) {
    return send(c -> c.zremrangebyscore(text(key), Range.create(Double.NEGATIVE_INFINITY, score)));
  }

  CompletableFuture<Long> putMarkerBack(String key, double score, String member) {
    return send(c -> c.zadd(text(key), score, text(member)));
  }

  /** Sends one command that is billed as one. */
  <T> CompletableFuture<T> send(
      Function<RedisClusterAsyncCommands<byte[], byte[]>, CompletionStage<T>> command) {
    try {
      CompletionStage<T> sent = command.apply(connection.get());
      meter.sent(1);
      return sent.toCompletableFuture();
    } catch (RuntimeException e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  static Throwable unwrap(Throwable failure) {
    return failure instanceof CompletionException && failure.getCause() != null
        ? failure.getCause()
        : failure;
  }

  static byte[] text(String value) {
    return value.getBytes(StandardCharsets.UTF_8);
  }

  static String text(byte[] value) {
    return new String(value, StandardCharsets.UTF_8);
  }

  static byte[][] bytes(Collection<String> values) {
    return values.stream().map(CommandLine::text).toArray(byte[][]::new);
  }

  private static List<Object> decode(List<?> reply) {
    List<Object> decoded = new ArrayList<>(reply.size());
    for (Object element : reply) {
      if (element instanceof byte[] value) {
        decoded.add(text(value));
      } else if (element instanceof List<?> nested) {
        decoded.add(decode(nested));
      } else {
        decoded.add(element);
      }
    }
    return decoded;
  }
}
