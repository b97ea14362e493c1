package dev.millrace.queue;

import io.lettuce.core.cluster.api.async.RedisClusterAsyncCommands;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

/** What all that manages one queue has in common: its keys, and how its scripts are called. */
record QueueCommands(CommandLine line, QueueKeys keys, EventMode events, Clock clock) {

  String queue() {
    return keys.queue();
  }

  /** Calls a script whose arguments begin with base and events, as those for managing do. */
  CompletableFuture<List<Object>> run(Script script, Object... arguments) {
    List<String> texts = new ArrayList<>(arguments.length + 2);
    texts.add(keys.base());
    texts.add(events.text());
    for (Object argument : arguments) {
      texts.add(argument.toString());
    }
    return line.run(script, List.of(keys.meta()), texts);
  }

  <T> CompletableFuture<T> send(
      Function<RedisClusterAsyncCommands<byte[], byte[]>, CompletionStage<T>> command) {
    return line.send(command);
  }

  /** The key as a command takes it. */
  byte[] key(String name) {
    return CommandLine.text(keys.base() + name);
  }

  static byte[] bytes(String text) {
    return CommandLine.text(text);
  }

  /** Null stays null. */
  static String text(byte[] bytes) {
    return bytes == null ? null : CommandLine.text(bytes);
  }

  /**
   * Refuses what cannot be a job's id: an operation on it would change one of the queue's own keys.
   */
  static String requireId(String id) {
    if (id == null || id.isBlank()) {
      throw new IllegalArgumentException("job id is empty; name the job");
    }
    if (JobIds.KEYS.contains(id) || id.indexOf(':') >= 0 && id.split(":", -1).length < 3) {
      throw new IllegalArgumentException(
          "job id \"" + id + "\" is the name of one of the queue's own keys; look the id up");
    }
    return id;
  }

  /** Milliseconds for Redis. */
  static long millis(String what, Duration value) {
    if (value.isNegative()) {
      throw new IllegalArgumentException(what + " " + value + " is negative; use 0 or more");
    }
    return value.toMillis();
  }

  static long number(Object reply) {
    return (Long) reply;
  }

  /** A reply {@code {id, flat hash}} as a job. */
  Job job(Object reply) {
    List<?> row = (List<?>) reply;
    List<?> flat = (List<?>) row.get(1);
    Map<String, String> hash = new LinkedHashMap<>();
    for (int i = 0; i < flat.size(); i += 2) {
      hash.put((String) flat.get(i), (String) flat.get(i + 1));
    }
    return Job.fetched(queue(), (String) row.get(0), hash);
  }
}
