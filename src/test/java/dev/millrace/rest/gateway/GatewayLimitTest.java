package dev.millrace.rest.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.test.context.TestPropertySource;

/** The limits, with the texts that the vendor has for them. */
@TestPropertySource(
    properties = {
      "millrace.gateway.max-request-size=2KB",
      "millrace.gateway.max-record-size=600B",
      "millrace.gateway.max-key-size=100B",
      "millrace.gateway.max-connections=1",
    })
class GatewayLimitTest extends RunningGateway {

  @Autowired private MeterRegistry registry;

  @Test
  void shouldRefuseALargeRequest() throws Exception {
    assertThat(post("/", "[\"ECHO\",\"" + "x".repeat(2048) + "\"]").body())
        .isEqualTo("{\"error\":\"ERR max request size exceeded\"}");
  }

  @Test
  void shouldRefuseALargeKey() throws Exception {
    assertThat(post("/", "[\"GET\",\"" + "k".repeat(101) + "\"]").body())
        .isEqualTo(
            "{\"error\":\"ERR max key size exceeded. Limit: 100 bytes, Actual: 101 bytes\"}");
    assertThat(post("/", "[\"GET\",\"" + "k".repeat(100) + "\"]").status()).isEqualTo(200);
    assertThat(post("/", "[\"EVAL\",\"return 1\",1,\"" + "k".repeat(101) + "\"]").status())
        .isEqualTo(400);
    assertThat(post("/", "[\"MSET\",\"a\",1,\"" + "k".repeat(101) + "\",1]").status())
        .isEqualTo(400);
  }

  @Test
  void shouldRefuseALargeRecordInItsSlot() throws Exception {
    assertThat(post("/pipeline", "[[\"SET\",\"a\",\"" + "x".repeat(601) + "\"],[\"PING\"]]").body())
        .isEqualTo("[{\"error\":\"ERR max single record size exceeded\"},{\"result\":\"PONG\"}]");
  }

  @Test
  void shouldRefuseMoreRequestsThanThereArePlaces() throws Exception {
    String full = "{\"error\":\"ERR max concurrent connections exceeded\"}";
    Counter aborted = registry.get("millrace.gateway.refused").tag("reason", "aborted").counter();
    double before = aborted.count();
    try (Socket slow = new Socket("localhost", port)) {
      slow.getOutputStream()
          .write(
              ("POST /redis HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n"
                      + "Authorization: Bearer "
                      + properties.token()
                      + "\r\n\r\n[")
                  .getBytes(StandardCharsets.US_ASCII));
      // Until then its request may still be on the way.
      await().untilAsserted(() -> assertThat(get("/ping").body()).isEqualTo(full));
      assertThat(get("/ping").status()).isEqualTo(400);
      assertThat(get("/ping", "Authorization: Bearer wrong").status()).isEqualTo(401);
    }

    await().untilAsserted(() -> assertThat(get("/ping").status()).isEqualTo(200));
    assertThat(aborted.count()).isEqualTo(before + 1);
  }
}
