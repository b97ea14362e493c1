package dev.millrace;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Runs the scripts of src/test/node, which use the packages that Node fleets use. */
public final class NodePeer {

  private static final Path FOLDER = Path.of("src/test/node");

  private NodePeer() {}

  /** Runs a script to its end and returns the lines it printed. */
  public static List<String> run(String script, Object... arguments) {
    try {
      Process process = start(script, arguments);
      String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      if (!process.waitFor(60, TimeUnit.SECONDS)) {
        process.destroyForcibly();
        throw new IllegalStateException(script + " did not end within a minute:\n" + output);
      }
      if (process.exitValue() != 0) {
        throw new IllegalStateException(
            script + " ended with " + process.exitValue() + ":\n" + output);
      }
      return output.lines().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  private static Process start(String script, Object... arguments) throws IOException {
    List<String> command = new ArrayList<>(List.of("node", script));
    for (Object argument : arguments) {
      command.add(argument.toString());
    }
    return new ProcessBuilder(command).directory(FOLDER.toFile()).redirectErrorStream(true).start();
  }
}
