package dev.millrace;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * bull-board on the test's Redis, seen and used through a real Chromium. What it does in the
 * browser stands in {@code src/test/node/board.mjs}; its pictures go to {@code target/bull-board}.
 */
public final class BullBoard implements AutoCloseable {

  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static final Path PICTURES = Path.of("target", "bull-board").toAbsolutePath();

  private BullBoard() {}

  /** Starts it over these queues; one at a time. */
  public static BullBoard open(List<String> queues) {
    NodeSession.run(
        "kept.board = await (await import('./board.mjs')).open(args[0].map(queue6), args[1])",
        queues,
        Browser.Program.find().orElseThrow().toString());
    return new BullBoard();
  }

  /** The queues that it lists, each with its remark if it has one. */
  public List<String> queues() {
    return texts(run("overview").get("queues"));
  }

  /**
   * What the first page says of each queue, for example {@code mail No workers Failed 1 2 Jobs}.
   */
  public List<String> cards() {
    return texts(run("overview").get("cards"));
  }

  /** The numbers at a queue's tabs, for example {@code WAITING CHILDREN} to 1. */
  public Map<String, Integer> counts(String queue) {
    return numbers(run("counts", queue));
  }

  /** The same for all queues together. */
  public Map<String, Integer> counts() {
    return numbers(run("overview").get("jobs"));
  }

  /**
   * The jobs shown for a state: {@code title} and the text under each tab asked for, such as {@code
   * Data} or {@code Error}.
   */
  public List<Map<String, String>> jobs(String queue, String state, String... tabs) {
    List<Object> arguments = new ArrayList<>(List.of(queue, state));
    arguments.addAll(Arrays.asList(tabs));
    List<Map<String, String>> jobs = new ArrayList<>();
    for (JsonNode job : run("jobs", arguments.toArray())) {
      jobs.add(
          MAPPER.convertValue(
              job,
              MAPPER.getTypeFactory().constructMapType(Map.class, String.class, String.class)));
    }
    return jobs;
  }

  /** Presses a button of one job, for example "Retry", and confirms. */
  public void press(String queue, String state, String id, String button) {
    run("press", queue, state, id, button);
  }

  /** Presses a button above the jobs of a state, for example "Clean all", and confirms. */
  public void pressAll(String queue, String state, String button) {
    run("pressAll", queue, state, button);
  }

  /** Chooses from a queue's menu, for example "Pause", and confirms. */
  public void choose(String queue, String entry) {
    run("choose", queue, entry);
  }

  /** Keeps a picture of the page as it is now. */
  public void picture(String name) {
    try {
      Files.createDirectories(PICTURES);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    run("picture", PICTURES.resolve(name + ".png").toString());
  }

  @Override
  public void close() {
    run("close");
  }

  private static JsonNode run(String method, Object... arguments) {
    return NodeSession.run("return kept.board[args[0]](...args[1])", method, arguments);
  }

  private static List<String> texts(JsonNode node) {
    return MAPPER.convertValue(
        node, MAPPER.getTypeFactory().constructCollectionType(List.class, String.class));
  }

  private static Map<String, Integer> numbers(JsonNode node) {
    return MAPPER.convertValue(
        node, MAPPER.getTypeFactory().constructMapType(Map.class, String.class, Integer.class));
  }
}
