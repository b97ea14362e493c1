package dev.millrace;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;

/**
 * One Node process for all tests of a JVM, which runs what a test sends it. A test says in BullMQ's
 * own words what Node is to do:
 *
 * <pre>{@code
 * NodeSession.run("await queue6(args[0]).add('mail', {n: 1}, {delay: 500})", queue);
 * }</pre>
 *
 * <p>In scope are {@code v5}, {@code v6} (the packages), {@code Bull}, {@code queue5(name)}, {@code
 * queue6(name)}, {@code bull(name)} (one each by name), {@code redis()}, {@code connection()} and
 * {@code prefix} for workers and the like, {@code kept} (an object that survives from call to
 * call), {@code otel()} (BullMQ's OpenTelemetry), {@code upstash()} (its SDKs' exports) and {@code
 * args}. What the code returns comes back as JSON.
 */
public final class NodeSession {

  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static final Path FOLDER = Path.of("src/test/node");
  private static final NodeSession SHARED = new NodeSession();

  private final Map<Long, CompletableFuture<JsonNode>> asked = new ConcurrentHashMap<>();
  private final AtomicLong ids = new AtomicLong();
  private final Process process;
  private final Writer to;

  private NodeSession() {
    try {
      process =
          new ProcessBuilder("node", "session.mjs", TestRedis.nodePorts(), TestRedis.PREFIX)
              .directory(FOLDER.toFile())
              .redirectError(ProcessBuilder.Redirect.INHERIT)
              .start();
    } catch (IOException e) {
      throw new UncheckedIOException("node did not start; install Node 20 or later", e);
    }
    to = process.outputWriter(StandardCharsets.UTF_8);
    Thread.ofPlatform().daemon().name("node-session").start(this::listen);
    Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
  }

  /** Runs the code in Node and returns what it returned. */
  public static JsonNode run(String code, Object... args) {
    try {
      return start(code, args).get(60, TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      throw new IllegalStateException(e.getCause().getMessage() + "\n  in " + code, e.getCause());
    } catch (TimeoutException e) {
      throw new IllegalStateException("Node did not answer within a minute:\n  " + code, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /** The same without waiting for the end. */
  public static CompletableFuture<JsonNode> start(String code, Object... args) {
    return SHARED.send(code, Arrays.asList(args));
  }

  private CompletableFuture<JsonNode> send(String code, List<Object> args) {
    long id = ids.incrementAndGet();
    CompletableFuture<JsonNode> answer = new CompletableFuture<>();
    asked.put(id, answer);
    try {
      String line = MAPPER.writeValueAsString(Map.of("id", id, "code", code, "args", args));
      synchronized (to) {
        to.write(line + "\n");
        to.flush();
      }
    } catch (IOException e) {
      throw new UncheckedIOException("the Node session has ended", e);
    }
    return answer;
  }

  private void listen() {
    try (BufferedReader from =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
      for (String line = from.readLine(); line != null; line = from.readLine()) {
        if (!line.startsWith("{\"id\":")) {
          // Something that the code printed.
          System.out.println("[node] " + line);
          continue;
        }
        JsonNode said = MAPPER.readTree(line);
        CompletableFuture<JsonNode> answer = asked.remove(said.get("id").asLong());
        if (said.has("error")) {
          answer.completeExceptionally(new IllegalStateException(said.get("error").asText()));
        } else {
          answer.complete(said.get("value"));
        }
      }
    } catch (IOException e) {
      System.out.println("[node] " + e);
    }
    asked.values().forEach(a -> a.completeExceptionally(new IllegalStateException("Node ended")));
  }
}
