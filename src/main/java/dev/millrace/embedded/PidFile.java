package dev.millrace.embedded;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** The file in which a server writes its process id, and what can be concluded from it. */
public record PidFile(Path path) {

  /** The living process the file names. It may be a stranger that got the same id later. */
  public Optional<ProcessHandle> process() {
    return number(0).flatMap(ProcessHandle::of).filter(ProcessHandle::isAlive);
  }

  /** The number in the given line (from 0), if the file exists and has one there. */
  public Optional<Long> number(int line) {
    try {
      List<String> lines = Files.readAllLines(path);
      return line < lines.size()
          ? Optional.of(Long.parseLong(lines.get(line).strip()))
          : Optional.empty();
    } catch (IOException | NumberFormatException e) {
      return Optional.empty();
    }
  }

  /** Whether the server is gone; servers remove their file as the last step of a clean stop. */
  public boolean isGone(ProcessHandle process) {
    // The file tells before the process does: nobody reaps an orphan inside a container.
    return !Files.exists(path) || !process.isAlive();
  }
}
