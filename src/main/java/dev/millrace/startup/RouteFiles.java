package dev.millrace.startup;

import java.io.IOException;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;

/**
 * The route files as text with line numbers. Camel names the route that failed; this finds where it
 * is written.
 */
record RouteFiles(Path directory) {

  private static final String ENDING = ".camel.yaml";

  /** A line of a file, counted from 1. */
  record Line(Path file, int number) {

    @Override
    public String toString() {
      return file + ":" + number;
    }
  }

  /** All route files, sorted. */
  List<Path> files() {
    try (Stream<Path> tree = Files.walk(directory)) {
      return tree.filter(file -> file.toString().endsWith(ENDING)).sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException("The routes in " + directory + " cannot be read", e);
    }
  }

  /**
   * The files that are not a list. Camel passes over them in silence, so their jobs would never
   * run. A file that is no YAML at all is left for Camel to refuse.
   */
  List<Path> notLists() {
    return files().stream()
        .filter(file -> root(file).map(root -> !isFilledList(root)).orElse(false))
        .toList();
  }

  /**
   * Where in a route the first of these texts stands; the beginning of the route if none does.
   *
   * @param texts what to look for, the most telling first
   */
  Optional<Line> find(String routeId, List<String> texts) {
    for (Path file : files()) {
      Optional<Node> route = root(file).flatMap(root -> route(root, routeId));
      if (route.isPresent()) {
        return Optional.of(line(file, route.get(), texts));
      }
    }
    return Optional.empty();
  }

  /** Every line of any file in which the pattern is found. */
  List<Line> findAll(Pattern pattern) {
    List<Line> found = new ArrayList<>();
    for (Path file : files()) {
      List<String> lines = read(file);
      for (int i = 0; i < lines.size(); i++) {
        if (pattern.matcher(lines.get(i)).find()) {
          found.add(new Line(file, i + 1));
        }
      }
    }
    return found;
  }

  private static List<String> read(Path file) {
    try {
      return Files.readAllLines(file);
    } catch (IOException e) {
      return List.of();
    }
  }

  private static Line line(Path file, Node route, List<String> texts) {
    int start = route.getStartMark().getLine();
    int end = route.getEndMark().getLine();
    List<String> lines = read(file);
    for (String text : texts) {
      for (int i = start; i <= Math.min(end, lines.size() - 1); i++) {
        if (lines.get(i).contains(text)) {
          return new Line(file, i + 1);
        }
      }
    }
    return new Line(file, start + 1);
  }

  private static Optional<Node> route(Node root, String routeId) {
    if (!(root instanceof SequenceNode list)) {
      return Optional.empty();
    }
    return list.getValue().stream()
        .flatMap(entry -> value(entry, "route").stream())
        .filter(
            route ->
                value(route, "id")
                    .filter(id -> id instanceof ScalarNode name && name.getValue().equals(routeId))
                    .isPresent())
        .findFirst();
  }

  private static Optional<Node> value(Node node, String key) {
    if (!(node instanceof MappingNode mapping)) {
      return Optional.empty();
    }
    return mapping.getValue().stream()
        .filter(
            tuple -> tuple.getKeyNode() instanceof ScalarNode name && name.getValue().equals(key))
        .map(NodeTuple::getValueNode)
        .findFirst();
  }

  private static boolean isFilledList(Node root) {
    return root instanceof SequenceNode list && !list.getValue().isEmpty();
  }

  private static Optional<Node> root(Path file) {
    try (Reader reader = Files.newBufferedReader(file)) {
      return Optional.ofNullable(new Yaml(new LoaderOptions()).compose(reader));
    } catch (IOException | YAMLException e) {
      return Optional.empty();
    }
  }
}
