package dev.millrace.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.Browser;
import dev.millrace.NodeSession;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** What a user sees who connects a Google account in a real browser. */
@Browser
class ConnectPageTest extends RunningConnect {

  private static final Path PICTURES = Path.of("target", "connect").toAbsolutePath();

  @Test
  void shouldConnectInABrowserAndSayThatItWorked() throws Exception {
    JsonNode end = go("Allow as " + person(4).email(), "connected");

    assertThat(end.path("heading").asText()).isEqualTo("Google Calendar: Connected");
    assertThat(end.path("text").asText()).contains("You can close this page");
    assertThat(end.path("border").asText()).isEqualTo("rgb(26, 127, 55)");
    assertNothingIsLeft(end);
    assertThat(status(user, "calendar").path("googleEmail").asText()).isEqualTo(person(4).email());
    awaitSync(user, "google_calendar");
  }

  @Test
  void shouldSayInTheBrowserThatNothingWasConnected() throws Exception {
    JsonNode end = go("Deny", "denied");

    assertThat(end.path("heading").asText()).isEqualTo("Google Calendar: Not connected");
    assertThat(end.path("border").asText()).isEqualTo("rgb(179, 38, 30)");
    assertNothingIsLeft(end);
    assertThat(status(user, "calendar").path("status").asText()).isEqualTo("not_connected");
  }

  private static void assertNothingIsLeft(JsonNode end) {
    assertThat(end.path("url").asText()).doesNotContain("code=").doesNotContain("state=");
    assertThat(end.path("referrer").asText()).doesNotContain("code=");
    assertThat(end.path("cookies")).isEmpty();
    assertThat(end.path("complaints")).isEmpty();
  }

  private JsonNode go(String choice, String picture) throws IOException {
    Files.createDirectories(PICTURES);
    return NodeSession.run(
        "return await (await import('./connect.mjs')).connect(...args)",
        "http://localhost:" + port,
        Browser.Program.find().orElseThrow().toString(),
        tokens.make(user).token(),
        "calendar",
        choice,
        PICTURES.resolve(picture + ".png").toString());
  }
}
