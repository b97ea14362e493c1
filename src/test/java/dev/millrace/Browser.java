package dev.millrace;

import java.io.File;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Marks tests that press buttons in Chromium. A developer's machine without it skips them and says
 * so at the end; under {@code CI=true} a missing browser is a failure, because there nobody reads
 * what was skipped.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(Browser.Condition.class)
public @interface Browser {

  /** Where the browser is. */
  final class Program {

    private static final List<String> NAMES =
        List.of("chromium", "chromium-browser", "google-chrome");

    private Program() {}

    /** The first of them on the PATH. */
    public static Optional<Path> find() {
      return find(System.getenv().getOrDefault("PATH", ""));
    }

    static Optional<Path> find(String path) {
      return NAMES.stream()
          .flatMap(
              name ->
                  Stream.of(path.split(File.pathSeparator))
                      .map(folder -> Path.of(folder).resolve(name)))
          .filter(Files::isExecutable)
          .findFirst();
    }
  }

  /** Looks for the browser once a class. */
  class Condition implements ExecutionCondition {

    @Override
    public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
      return decide(Program.find().isPresent(), Boolean.parseBoolean(System.getenv("CI")));
    }

    static ConditionEvaluationResult decide(boolean installed, boolean buildServer) {
      if (installed) {
        return ConditionEvaluationResult.enabled("Chromium is installed");
      }
      if (buildServer) {
        throw new IllegalStateException(
            "No Chromium is installed, and CI=true wants one: put chromium, chromium-browser or"
                + " google-chrome on the PATH");
      }
      return ConditionEvaluationResult.disabled(
          "no Chromium on the PATH; install chromium to run this test as well");
    }
  }
}
