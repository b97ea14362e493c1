package dev.millrace.queue;

import io.lettuce.core.RedisCommandExecutionException;
import io.lettuce.core.RedisNoScriptException;
import io.lettuce.core.ScriptOutputType;
import io.lettuce.core.cluster.api.async.RedisClusterAsyncCommands;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

/**
 * Sends what does not block, counts it, and turns bytes into text. Nothing here waits: everything
 * is a future.
 */
final class CommandLine {

  private final RedisLink link;
  private final CommandMeter meter;

  CommandLine(RedisLink link, CommandMeter meter) {
    this.link = link;
    this.meter = meter;
  }

  /** Runs a script and drops the first element of its reply, the number of calls it made. */
  CompletableFuture<List<Object>> run(Script script, List<String> keys, List<String> arguments) {
    byte[][] keyBytes = bytes(keys);
    byte[][] argumentBytes = bytes(arguments);
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
              return CompletableFuture.<Object>failedFuture(named(script, keys, unwrap(failure)));
            })
        .thenCompose(Function.identity())
        .thenApply(
            reply -> {
              List<Object> decoded = decode(script.checked(reply));
              meter.inner((long) decoded.get(0) - 1);
              return decoded.subList(1, decoded.size());
            });
  }

  /** Redis says only that some key is of the wrong type. */
  private static Throwable named(Script script, List<String> keys, Throwable failure) {
    if (!(failure instanceof RedisCommandExecutionException)
        || !failure.getMessage().contains("WRONGTYPE")) {
      return failure;
    }
    return new RedisCommandExecutionException(
        "script "
            + script
            + " on "
            + keys.get(0)
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

  CompletableFuture<Long> listLength(String key) {
    return send(c -> c.llen(text(key)));
  }

  CompletableFuture<Long> sortedSetSize(String key) {
    return send(c -> c.zcard(text(key)));
  }

  /**
   * Wakes whoever blocks on the key; the key does not outlive an engine that died before it looked.
   */
  CompletableFuture<?> ring(String key) {
    CompletableFuture<Long> added = send(c -> c.zadd(text(key), 0, text("w")));
    return added.thenCombine(send(c -> c.expire(text(key), 60)), (a, b) -> a);
  }

  CompletableFuture<Long> putMarkerBack(String key, double score, String member) {
    return send(c -> c.zadd(text(key), score, text(member)));
  }

  private <T> CompletableFuture<T> send(
      Function<RedisClusterAsyncCommands<byte[], byte[]>, CompletionStage<T>> command) {
    try {
      CompletionStage<T> sent = command.apply(link.commands());
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
