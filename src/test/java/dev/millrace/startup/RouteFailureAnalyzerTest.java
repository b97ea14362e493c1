package dev.millrace.startup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.PluginHelper;
import org.apache.camel.support.ResourceHelper;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.mock.env.MockEnvironment;

class RouteFailureAnalyzerTest {

  @TempDir Path routes;

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "unknown step | - logg: x | there is no step \"logg\"",
        "unknown field | - to: {url: 'direct:x'} | \"url\" is not known in this place",
        "unknown component | - to: dirct:x | no component \"dirct\"; did you mean \"direct\"?",
        "unknown option | - to: direct:x?failIfNoConsumer=true | direct: has no option"
            + " \"failIfNoConsumer\"; did you mean \"failIfNoConsumers\"?",
        "value of wrong type | - to: direct:x?timeout=soon | the value of option \"timeout\" cannot",
        "unknown bean | - bean: {ref: wheel} | there is no bean \"wheel\"",
        "unknown property | - to: direct:{{no.such}} | there is no property \"no.such\"",
        "broken expression | - setBody: {simple: '${body'} | expression ${body cannot be read",
      })
  void namesFileLineAndReason(String mistake, String step, String reason) throws IOException {
    Path file = Files.createDirectories(routes.resolve("jobs")).resolve("wheel.camel.yaml");
    Files.writeString(
        file,
        """
        # a job
        - route:
            id: other
            from:
              uri: direct:other
              steps:
                - log: {id: turn, message: turning}
        - route:
            id: wheel
            from:
              uri: direct:wheel
              steps:
                - log: turning
                STEP
        """
            .replace("STEP", step));

    FailureAnalysis report = analyze(catchThrowable(() -> load(file)));

    assertThat(report.getDescription()).contains(file + ":14\n").contains(reason);
    assertThat(report.getAction()).startsWith("Correct the route and start again");
  }

  @Test
  void namesTheRouteThatCannotBeStarted() throws IOException {
    Path file = routes.resolve("wheels.camel.yaml");
    Files.writeString(
        file,
        """
        - route:
            id: one
            from: {uri: "direct:wheel", steps: [{to: "mock:x"}]}
        - route:
            id: two
            from: {uri: "direct:wheel", steps: [{to: "mock:x"}]}
        """);

    FailureAnalysis report = analyze(catchThrowable(() -> load(file)));

    assertThat(report.getDescription())
        .contains(file + ":5\n", "Route:  two", "Multiple consumers for the same endpoint");
  }

  @Test
  void namesBothPlacesOfAnIdUsedTwice() throws IOException {
    Path file = routes.resolve("wheels.camel.yaml");
    Files.writeString(
        file,
        """
        - route:
            id: one
            from: {uri: "direct:one", steps: [{to: {id: turn, uri: "mock:x"}}]}
        - route:
            id: two
            from: {uri: "direct:two", steps: [{to: {id: turn, uri: "mock:turn-back"}}]}
        """);

    FailureAnalysis report = analyze(catchThrowable(() -> load(file)));

    assertThat(report.getDescription())
        .contains(file + ":3 and " + file + ":6\n", "the id \"turn\" is used twice");
  }

  @Test
  void showsNoPassword() throws IOException {
    Path file = routes.resolve("wheel.camel.yaml");
    Files.writeString(
        file,
        """
        - route:
            id: wheel
            from:
              uri: direct:wheel?password=hunter2&tmeout=1
              steps: [{to: "mock:x"}]
        """);

    FailureAnalysis report = analyze(catchThrowable(() -> load(file)));

    assertThat(report.getDescription()).contains("\"tmeout\"").doesNotContain("hunter2");
  }

  @Test
  void leavesOtherFailuresToOthers() {
    assertThat(analyze(new IllegalStateException("the river is dry"))).isNull();
  }

  private FailureAnalysis analyze(Throwable failure) {
    assertThat(failure).isNotNull();
    MockEnvironment environment =
        new MockEnvironment().withProperty("millrace.routes-directory", routes.toString());
    return new RouteFailureAnalyzer(environment).analyze(failure);
  }

  private static void load(Path file) throws Exception {
    try (DefaultCamelContext context = new DefaultCamelContext()) {
      context.setSourceLocationEnabled(true);
      PluginHelper.getRoutesLoader(context)
          .loadRoutes(ResourceHelper.resolveResource(context, "file:" + file));
      context.start();
    }
  }
}
