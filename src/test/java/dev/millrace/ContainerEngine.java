package dev.millrace;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.testcontainers.DockerClientFactory;

/**
 * Marks tests that run a container. A developer's machine without a container engine skips them and
 * says so at the end; under {@code CI=true} a missing engine is a failure, because there nobody
 * reads what was skipped.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(ContainerEngine.Condition.class)
public @interface ContainerEngine {

  /** Asks the engine once a class. */
  class Condition implements ExecutionCondition {

    @Override
    public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
      return decide(
          DockerClientFactory.instance().isDockerAvailable(),
          Boolean.parseBoolean(System.getenv("CI")));
    }

    static ConditionEvaluationResult decide(boolean engineAnswers, boolean buildServer) {
      if (engineAnswers) {
        return ConditionEvaluationResult.enabled("a container engine answers");
      }
      if (buildServer) {
        throw new IllegalStateException(
            "No container engine answers, and CI=true wants one: start Docker or Podman, and name"
                + " its socket in DOCKER_HOST");
      }
      return ConditionEvaluationResult.disabled(
          "no container engine answers; start Docker or Podman to run this test as well");
    }
  }
}
