package dev.millrace.component;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/**
 * Catalog, configurers and URI factory are generated from the component's annotations and
 * committed. The generator loads our classes, so it runs in a Maven of its own on the Java that
 * runs this test, whatever Java the build was started with.
 */
class GeneratedSourcesTest {

  private static final Path GENERATED = Path.of("src/generated");

  @Test
  void shouldBeWhatTheGeneratorWrites() throws Exception {
    Map<String, String> committed = contents();

    generate();

    assertThat(contents())
        .as(
            "src/generated was out of date and has been written anew: look at the difference and commit it")
        .isEqualTo(committed);
  }

  private static void generate() throws Exception {
    Path log = Files.createTempFile("generate", ".log");
    ProcessBuilder maven =
        new ProcessBuilder(
            Path.of(System.getProperty("maven.home"), "bin", "mvn").toString(),
            "-B",
            "-Dmaven.repo.local=" + System.getProperty("maven.repo.local"),
            "camel-component:generate",
            "camel-package:generate-pojo-bean");
    maven.environment().put("JAVA_HOME", System.getProperty("java.home"));
    maven.redirectErrorStream(true).redirectOutput(log.toFile());
    Process process = maven.start();
    boolean ended = process.waitFor(3, TimeUnit.MINUTES);
    process.destroy();
    assertThat(ended && process.exitValue() == 0).as(Files.readString(log)).isTrue();
    Files.delete(log);
  }

  private static Map<String, String> contents() throws IOException {
    Map<String, String> contents = new TreeMap<>();
    try (var files = Files.walk(GENERATED)) {
      files
          .filter(Files::isRegularFile)
          .forEach(file -> contents.put(GENERATED.relativize(file).toString(), read(file)));
    }
    return contents;
  }

  private static String read(Path file) {
    try {
      return Files.readString(file, StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
