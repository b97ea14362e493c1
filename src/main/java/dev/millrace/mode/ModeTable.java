package dev.millrace.mode;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.StreamSupport;

/** The queues' modes as lines of a table. */
final class ModeTable {

  private static final List<String> COLUMNS =
      List.of("queue", "mode", "stored", "configured", "risk");

  private ModeTable() {}

  /**
   * @param answer an array of queues, or one
   */
  static List<String> lines(JsonNode answer) {
    List<List<String>> rows = new ArrayList<>(List.of(COLUMNS));
    Iterable<JsonNode> queues = answer.isArray() ? answer : List.of(answer);
    StreamSupport.stream(queues.spliterator(), false).map(ModeTable::row).forEach(rows::add);
    int width = rows.stream().mapToInt(row -> row.get(0).length()).max().orElse(0);
    return rows.stream()
        .map(row -> ("%-" + width + "s  %-19s  %-8s  %-10s  %s").formatted(row.toArray()))
        .toList();
  }

  private static List<String> row(JsonNode queue) {
    String canary = queue.path("canary").asBoolean() ? " (here only)" : "";
    return List.of(
        queue.path("queue").asText(),
        queue.path("mode").asText() + canary,
        queue.path("stored").asText("-"),
        queue.path("configured").asText(),
        queue.path("risk").asText("-"));
  }
}
