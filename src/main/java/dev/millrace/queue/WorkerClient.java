package dev.millrace.queue;

import io.lettuce.core.RedisCommandExecutionException;
import io.lettuce.core.cluster.api.async.RedisAdvancedClusterAsyncCommands;
import io.lettuce.core.cluster.api.async.RedisClusterAsyncCommands;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.stream.Collectors;

/**
 * A connection that a BullMQ worker holds open to wait for jobs; they are told by their names.
 * Millrace waits for all queues on one connection, which therefore is not among them.
 *
 * @param name what the worker calls itself; null = it has no name
 * @param address host and port that it comes from
 * @param age since when it is connected
 * @param idle since when it has sent nothing
 */
public record WorkerClient(String name, String address, Duration age, Duration idle) {

  static CompletableFuture<List<WorkerClient>> of(QueueCommands queue) {
    String plain =
        queue.keys().prefix()
            + ":"
            + Base64.getEncoder().encodeToString(queue.queue().getBytes(StandardCharsets.UTF_8));
    CompletableFuture<String> list = queue.send(WorkerClient::clientList);
    return list.handle(
        (lines, failure) -> {
          if (failure == null) {
            return parse(lines, plain);
          }
          Throwable cause = CommandLine.unwrap(failure);
          // Some hosts do not offer CLIENT LIST.
          if (cause instanceof RedisCommandExecutionException
              && cause.getMessage().contains("unknown command")) {
            return List.of();
          }
          throw new java.util.concurrent.CompletionException(cause);
        });
  }

  private static List<WorkerClient> parse(String lines, String plain) {
    List<WorkerClient> workers = new ArrayList<>();
    for (String line : lines.split("\r?\n")) {
      Map<String, String> fields = new HashMap<>();
      for (String pair : line.split(" ")) {
        int sign = pair.indexOf('=');
        if (sign > 0) {
          fields.put(pair.substring(0, sign), pair.substring(sign + 1));
        }
      }
      String raw = fields.getOrDefault("name", "");
      if (raw.equals(plain) || raw.startsWith(plain + ":w:")) {
        workers.add(
            new WorkerClient(
                raw.equals(plain) ? null : raw.substring(plain.length() + 3),
                fields.getOrDefault("addr", ""),
                seconds(fields.get("age")),
                seconds(fields.get("idle"))));
      }
    }
    return workers;
  }

  private static Duration seconds(String text) {
    return Duration.ofSeconds(text == null || !text.matches("\\d+") ? 0 : Long.parseLong(text));
  }

  /** A worker may be connected to any node of a cluster, so each of them is asked. */
  private static CompletionStage<String> clientList(
      RedisClusterAsyncCommands<byte[], byte[]> commands) {
    return commands instanceof RedisAdvancedClusterAsyncCommands<byte[], byte[]> cluster
        ? cluster.upstream().commands().clientList().thenCollect(Collectors.joining("\n"))
        : commands.clientList();
  }
}
