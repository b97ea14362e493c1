package dev.millrace.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.Browser;
import dev.millrace.NodeSession;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The page of the API as a person sees it; its pictures go to {@code target/docs}. */
@Browser
class DocsPageTest extends RunningHttp {

  private static final Path PICTURES = Path.of("target", "docs").toAbsolutePath();

  @BeforeEach
  void openPage() {
    NodeSession.run(
        "kept.docs = await (await import('./docs.mjs')).open(args[0], args[1])",
        "http://localhost:" + port,
        Browser.Program.find().orElseThrow().toString());
  }

  @AfterEach
  void closePage() {
    NodeSession.run("await kept.docs.close()");
  }

  @Test
  void shouldListEveryOperationOfTheContract() throws IOException {
    picture("operations");

    assertThat(texts(run("operations")))
        .containsExactlyInAnyOrderElementsOf(
            CONTRACT.operations().stream()
                .map(operation -> operation.toString().replace("/api/", "/"))
                .toList());
  }

  @Test
  void shouldTryOutAnOperationWithTheToken() throws IOException {
    assertThat(run("execute", "consumption-list").path("status").asText()).startsWith("401");
    closePage();
    openPage();
    run("authorize", token());

    JsonNode answer = run("execute", "consumption-list");
    picture("try-it-out");

    assertThat(answer.path("status").asText()).startsWith("200");
    assertThat(answer.path("body").asText()).contains("calendar-sync", "pooled");
    assertThat(run("kept").asText()).doesNotContain(token());
  }

  @Test
  void shouldTellNobodyAndLoadNothingFromElsewhere() {
    run("execute", "limits-list");

    assertThat(texts(run("asked")))
        .isNotEmpty()
        .allMatch(
            address ->
                address.startsWith("http://localhost:" + port + "/")
                    || address.startsWith("data:"));
    // The refusal is the only thing that the console has to say: no policy was broken.
    assertThat(texts(run("complaints")))
        .allMatch(text -> text.contains("status of 401"), "only the 401");
  }

  private static JsonNode run(String method, Object... args) {
    return NodeSession.run(
        "return await kept.docs[args[0]](...args.slice(1))",
        Stream.concat(Stream.of(method), Stream.of(args)).toArray());
  }

  private static void picture(String name) throws IOException {
    Files.createDirectories(PICTURES);
    run("picture", PICTURES.resolve(name + ".png").toString());
  }

  private static List<String> texts(JsonNode list) {
    return StreamSupport.stream(list.spliterator(), false).map(JsonNode::asText).toList();
  }
}
