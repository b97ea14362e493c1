package dev.millrace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BrowserTest {

  @Test
  void shouldRunTheTestsWhereABrowserIsInstalled() {
    assertThat(Browser.Condition.decide(true, true).isDisabled()).isFalse();
    assertThat(Browser.Condition.decide(true, false).isDisabled()).isFalse();
  }

  @Test
  void shouldSkipThemWithAReasonOnAMachineWithoutOne() {
    assertThat(Browser.Condition.decide(false, false))
        .matches(result -> result.isDisabled())
        .matches(result -> result.getReason().orElseThrow().contains("install chromium"));
  }

  @Test
  void shouldFailThemOnABuildServerWithoutOne() {
    assertThatThrownBy(() -> Browser.Condition.decide(false, true))
        .hasMessageContaining("No Chromium is installed, and CI=true wants one");
  }

  @Test
  void shouldFindTheBrowserOnThePath(@TempDir Path first, @TempDir Path second) throws IOException {
    String path = first + File.pathSeparator + second;
    assertThat(Browser.Program.find(path)).isEmpty();

    Path chromium = Files.createFile(second.resolve("chromium"));
    assertThat(Browser.Program.find(path)).isEmpty();

    assertThat(chromium.toFile().setExecutable(true)).isTrue();
    assertThat(Browser.Program.find(path)).contains(chromium);
  }
}
