package dev.millrace.rest.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.MeterRegistry;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.data.redis.core.RedisCallback;
import org.springframework.test.context.TestPropertySource;

/** Server-sent events. */
@TestPropertySource(
    properties = {"millrace.gateway.heartbeat=200ms", "millrace.gateway.max-streams=2"})
class GatewayStreamTest extends RunningGateway {

  @Autowired private MeterRegistry registry;

  @Test
  void shouldTellMessagesAtOnceAndEndWithTheClient() throws Exception {
    try (Listener chat = new Listener("/subscribe/chat/room%201");
        Listener other = new Listener("/psubscribe/ch*")) {
      assertThat(chat.head()).contains("200").contains("text/event-stream");
      assertThat(chat.next()).isEqualTo("data: subscribe,chat/room 1,1");
      assertThat(other.next()).isEqualTo("data: psubscribe,ch*,1");

      plain.convertAndSend("chat/room 1", "hello\nworld");

      assertThat(chat.next()).isEqualTo("data: message,chat/room 1,hello");
      assertThat(chat.line()).isEqualTo("data: world");
      assertThat(other.next()).isEqualTo("data: pmessage,ch*,chat/room 1,hello");
      assertThat(connections()).contains(":subscriptions");
      assertThat(get("/subscribe/third", "Accept: text/event-stream").body())
          .isEqualTo("{\"error\":\"ERR max concurrent connections exceeded\"}");
    }
    await().untilAsserted(() -> assertThat(connections()).doesNotContain(":subscriptions"));
    assertThat(registry.get("millrace.gateway.streams").gauge().value()).isZero();
    assertThat(
            registry
                .get("millrace.gateway.streams.ended")
                .tag("reason", "client")
                .counter()
                .count())
        .isGreaterThanOrEqualTo(2);
  }

  @Test
  void shouldShowWhatRedisExecutes() throws Exception {
    try (Listener monitor = new Listener("/monitor")) {
      assertThat(monitor.next()).isEqualTo("data: \"OK\"");

      post("/", "[\"SET\",\"seen\",\"a\\n\\u00e4\"]");

      String line = monitor.next();
      while (!line.contains("seen")) {
        line = monitor.next();
      }
      assertThat(line)
          .matches("data: \\d+\\.\\d+ \\[0 127.0.0.1:\\d+] \"SET\" \"seen\" \"a.n.xc3.xa4\"");
    }
    await().untilAsserted(() -> assertThat(connections()).doesNotContain(":monitor"));
  }

  @Test
  void shouldRefuseAStreamOfNothing() throws Exception {
    assertThat(get("/subscribe", "Accept: text/event-stream").body())
        .isEqualTo("{\"error\":\"ERR wrong number of arguments for 'subscribe' command\"}");
  }

  private String connections() {
    return String.valueOf(
        plain.execute(
            (RedisCallback<Object>) connection -> connection.serverCommands().getClientList()));
  }

  private final class Listener implements AutoCloseable {

    private final Socket socket;
    private final BufferedReader in;
    private final String head;

    private Listener(String path) throws IOException {
      socket = new Socket("localhost", port);
      socket
          .getOutputStream()
          .write(
              ("POST /redis"
                      + path
                      + " HTTP/1.1\r\nHost: localhost\r\nAccept: text/event-stream\r\n"
                      + "Authorization: Bearer "
                      + properties.token()
                      + "\r\nContent-Length: 2\r\n\r\n[]")
                  .getBytes(StandardCharsets.UTF_8));
      in =
          new BufferedReader(
              new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
      StringBuilder read = new StringBuilder();
      for (String line = in.readLine(); !line.isEmpty(); line = in.readLine()) {
        read.append(line).append('\n');
      }
      head = read.toString();
    }

    private String head() {
      return head;
    }

    /** The next event, heartbeats and the sizes of chunks left out. */
    private String next() throws IOException {
      String line = in.readLine();
      while (!line.startsWith("data: ")) {
        line = in.readLine();
      }
      return line;
    }

    private String line() throws IOException {
      return in.readLine();
    }

    @Override
    public void close() throws IOException {
      socket.close();
    }
  }
}
