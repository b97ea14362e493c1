package dev.millrace.account;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.World;
import dev.millrace.job.PermanentException;
import dev.millrace.sandbox.SandboxUser;
import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What comes over the wire, byte by byte: packed, broken off, late, without end. */
class GoogleTransportTest {

  private static final String PAGE =
      """
      {"kind":"calendar#events","items":[{"id":"a"},{"id":"b"}],"nextSyncToken":"t"}""";

  private final CountDownLatch ended = new CountDownLatch(1);
  private final List<String> asked = new ArrayList<>();
  private ServerSocket server;
  private World world;
  private GoogleApi google;
  private UUID connection;

  @BeforeEach
  void start() throws IOException {
    server = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
    world =
        new World(
            Map.of(
                "google.calendar-base", base(),
                "google.read-timeout", "500ms",
                "google.max-answer", "64KB"));
    SandboxUser person = world.person(0);
    google = world.bean(GoogleApi.class);
    connection =
        world
            .bean(GoogleConnections.class)
            .connect(
                world.signUp(person),
                Integration.GOOGLE_CALENDAR,
                person.email(),
                new TokenGrant(
                    "good",
                    Duration.ofHours(1),
                    person.calendarRefreshToken(),
                    null,
                    List.copyOf(person.calendarScopes())));
  }

  @AfterEach
  void stop() throws IOException {
    ended.countDown();
    server.close();
    world.close();
  }

  @Test
  void shouldAskForPackedAnswersAndUnpackThem() throws IOException {
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(packed)) {
      gzip.write(PAGE.getBytes(StandardCharsets.UTF_8));
    }
    answer("Content-Encoding: gzip\r\n", packed.size(), packed.toByteArray());
    List<String> ids = new ArrayList<>();

    JsonNode about = page(ids);

    assertThat(ids).containsExactly("a", "b");
    assertThat(about.path("nextSyncToken").asText()).isEqualTo("t");
    assertThat(about.has("items")).isFalse();
    assertThat(asked).anyMatch(line -> line.equalsIgnoreCase("Accept-Encoding: gzip"));
  }

  @Test
  void shouldReadAnAnswerThatIsNotPacked() {
    answer("", PAGE.length(), PAGE.getBytes(StandardCharsets.UTF_8));

    assertThat(page(new ArrayList<>()).path("nextSyncToken").asText()).isEqualTo("t");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Content-Length: 5000\r\n\r\n{\"items\":[{\"id\":\"a\"},{\"id\":\"b",
        "Content-Length: 5000\r\n\r\n",
        "Transfer-Encoding: chunked\r\n\r\n1f\r\n{\"items\":[{\"id\":\"a\"},{\"id\":\"b\"}\r\n",
        "Content-Length: 40\r\nContent-Encoding: gzip\r\n\r\n\u001f\u008b\b",
      })
  void shouldTryAgainLaterWhenTheConnectionIsCutWhileTheAnswerIsRead(String head) {
    serve(head.getBytes(StandardCharsets.ISO_8859_1), false);

    assertThatThrownBy(() -> page(new ArrayList<>()))
        .isInstanceOfSatisfying(
            GoogleUnavailableException.class, e -> assertThat(e.reason()).isEqualTo("io"));
    assertThat(world.counted("external.calls", "code", "io")).isOne();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"items\":[{\"id\":\"a\"},",
        "<html>busy</html>",
        "[]",
        "",
        "null",
        "{\"items\":[{]}"
      })
  void shouldTryAgainLaterWhenTheAnswerIsNoAnswer(String body) {
    answer("", body.length(), body.getBytes(StandardCharsets.UTF_8));

    assertThatThrownBy(() -> page(new ArrayList<>()))
        .isInstanceOfSatisfying(
            GoogleUnavailableException.class,
            e -> assertThat(e.reason()).isEqualTo("unreadable_answer"));
  }

  @Test
  void shouldNotWaitForAnAnswerThatDoesNotEnd() {
    serve("Content-Length: 5000\r\n\r\n{\"items\":[".getBytes(StandardCharsets.UTF_8), true);

    assertThatThrownBy(() -> page(new ArrayList<>()))
        .isInstanceOfSatisfying(
            GoogleUnavailableException.class, e -> assertThat(e.reason()).isEqualTo("io"));
  }

  @Test
  void shouldTakeNoMoreIntoMemoryThanIsSet() {
    byte[] large = new byte[1 << 20];
    java.util.Arrays.fill(large, (byte) ' ');
    answer("", large.length, large);

    assertThatThrownBy(() -> page(new ArrayList<>()))
        .isInstanceOf(PermanentException.class)
        .hasMessageContaining("google.max-answer")
        .hasMessageContaining("65536");
  }

  @Test
  void shouldNotUnpackASmallAnswerThatIsHugeInside() throws IOException {
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(packed)) {
      gzip.write(new byte[1 << 20]);
    }
    answer("Content-Encoding: gzip\r\n", packed.size(), packed.toByteArray());

    Throwable refused = catchThrowable(() -> page(new ArrayList<>()));

    // what it holds is no JSON either, and which of the two is found first does not matter
    assertThat(refused).isInstanceOfAny(PermanentException.class, GoogleUnavailableException.class);
  }

  @Test
  void shouldFollowNoRedirectWithAToken() {
    serve(
        "302",
        "Location: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n"
            .getBytes(StandardCharsets.UTF_8),
        false);

    assertThatThrownBy(() -> page(new ArrayList<>())).hasMessageContaining("302");
  }

  private JsonNode page(List<String> ids) {
    return google.page(
        connection,
        "events.list",
        URI.create(base() + "/calendars/primary/events"),
        "items",
        item -> ids.add(item.path("id").asText()));
  }

  private String base() {
    return "http://127.0.0.1:" + server.getLocalPort() + "/calendar/v3";
  }

  private void answer(String headers, int length, byte[] body) {
    byte[] head =
        (headers + "Content-Length: " + length + "\r\n\r\n").getBytes(StandardCharsets.UTF_8);
    byte[] all = java.util.Arrays.copyOf(head, head.length + body.length);
    System.arraycopy(body, 0, all, head.length, body.length);
    serve(all, false);
  }

  private void serve(byte[] answer, boolean hold) {
    serve("200", answer, hold);
  }

  /**
   * Answers one request.
   *
   * @param answer the rest of the headers, and the body
   * @param hold leaves the connection open
   */
  private void serve(String status, byte[] answer, boolean hold) {
    Thread.ofVirtual()
        .start(
            () -> {
              try (Socket socket = server.accept()) {
                BufferedReader in =
                    new BufferedReader(
                        new InputStreamReader(
                            socket.getInputStream(), StandardCharsets.ISO_8859_1));
                for (String line = in.readLine();
                    line != null && !line.isEmpty();
                    line = in.readLine()) {
                  asked.add(line);
                }
                OutputStream out = socket.getOutputStream();
                out.write(
                    ("HTTP/1.1 " + status + " Whatever\r\n").getBytes(StandardCharsets.UTF_8));
                out.write(answer);
                out.flush();
                if (hold) {
                  ended.await(30, TimeUnit.SECONDS);
                }
              } catch (IOException e) {
                // the client has heard enough
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
            });
  }
}
