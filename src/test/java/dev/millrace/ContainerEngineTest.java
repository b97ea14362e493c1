package dev.millrace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class ContainerEngineTest {

  @Test
  void runsTheTestsWhenAnEngineAnswers() {
    assertThat(ContainerEngine.Condition.decide(true, true).isDisabled()).isFalse();
    assertThat(ContainerEngine.Condition.decide(true, false).isDisabled()).isFalse();
  }

  @Test
  void skipsThemWithAReasonOnAMachineWithoutOne() {
    assertThat(ContainerEngine.Condition.decide(false, false))
        .matches(result -> result.isDisabled())
        .matches(result -> result.getReason().orElseThrow().contains("start Docker or Podman"));
  }

  @Test
  void failsThemOnABuildServerWithoutOne() {
    assertThatThrownBy(() -> ContainerEngine.Condition.decide(false, true))
        .hasMessageContaining("No container engine answers, and CI=true wants one");
  }
}
