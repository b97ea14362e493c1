package dev.millrace.rest.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.springframework.test.context.TestPropertySource;

/** The limits, with the texts that the vendor has for them. */
@TestPropertySource(
    properties = {
      "millrace.gateway.max-request-size=2KB",
      "millrace.gateway.max-record-size=600B",
      "millrace.gateway.max-key-size=100B",
    })
class GatewayLimitTest extends RunningGateway {

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
}
