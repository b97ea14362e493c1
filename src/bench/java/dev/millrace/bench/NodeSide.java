package dev.millrace.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** npm bullmq, in one Node process that is told what to do line by line. */
final class NodeSide implements Side {

  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static final int LONGEST_SECONDS = 60;

  private final Process process;
  private final Writer to;
  private final BufferedReader from;

  NodeSide(int port) {
    try {
      process =
          new ProcessBuilder("node", "peer.mjs", Integer.toString(port))
              .directory(Path.of("src/bench/node").toFile())
              .redirectError(ProcessBuilder.Redirect.INHERIT)
              .start();
    } catch (IOException e) {
      throw new UncheckedIOException("node did not start; install Node 18 or later", e);
    }
    to = process.outputWriter(StandardCharsets.UTF_8);
    from = process.inputReader(StandardCharsets.UTF_8);
  }

  @Override
  public String name() {
    return "BullMQ";
  }

  @Override
  public void ready(Scenario scenario) {
    ask("ready", scenario);
  }

  @Override
  public Run run(Scenario scenario) {
    JsonNode said = ask("run", scenario);
    return new Run(
        said.get("nanos").asLong(),
        said.get("sent").asLong(),
        said.get("cpuNanos").asLong(),
        MAPPER.convertValue(said.get("latencies"), long[].class));
  }

  @Override
  public void done(Scenario scenario) {
    ask("done", scenario);
  }

  private JsonNode ask(String step, Scenario scenario) {
    try {
      to.write(MAPPER.writeValueAsString(Map.of("step", step, "scenario", scenario)) + "\n");
      to.flush();
      String line =
          CompletableFuture.supplyAsync(this::line).get(LONGEST_SECONDS, TimeUnit.SECONDS);
      JsonNode said = MAPPER.readTree(line == null ? "{\"error\": \"Node ended\"}" : line);
      if (said.has("error")) {
        throw new IllegalStateException(
            step + " of " + scenario.name() + " failed in Node: " + said.get("error").asText());
      }
      return said;
    } catch (IOException e) {
      throw new UncheckedIOException("Node does not listen any more", e);
    } catch (TimeoutException | ExecutionException | InterruptedException e) {
      throw new IllegalStateException(step + " of " + scenario.name() + ": no answer of Node", e);
    }
  }

  private String line() {
    try {
      return from.readLine();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
