package dev.millrace.ratelimit;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import org.apache.camel.test.spring.junit5.CamelSpringBootTest;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.data.redis.core.StringRedisTemplate;

/** Behind a proxy that is named as such. */
@CamelSpringBootTest
@SpringBootTest(
    webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT,
    properties = {
      "spring.quartz.auto-startup=false",
      "camel.component.quartz.auto-start-scheduler=false",
      "millrace.sandbox.enabled=false",
      "redis.rest.timeout=30s",
      "millrace.rate-limits.api.prefix=ratelimit:trusted-proxy-test",
      "server.forward-headers-strategy=native",
      "server.tomcat.remoteip.internal-proxies=127\\.0\\.0\\.1|0:0:0:0:0:0:0:1|::1"
    })
class TrustedProxyTest {

  private static final String KEYS = "millrace:ratelimit:trusted-proxy-test:sliding-log:address:";

  @Autowired private StringRedisTemplate plain;
  @LocalServerPort private int port;

  @AfterEach
  void forget() {
    plain.delete(plain.keys(KEYS + "*"));
  }

  @Test
  void shouldCountByTheAddressThatTheProxySaw() throws Exception {
    ask("203.0.113.7");
    // What the client wrote itself stands to the left of what the proxy added.
    ask("192.0.2.1, 203.0.113.8");
    ask("2001:db8:1:2::9");
    ask("198.51.100.4:41000");
    ask("198.51.100.4:41001");
    ask("not-an-address.example");

    assertThat(plain.keys(KEYS + "*"))
        .containsExactlyInAnyOrder(
            KEYS + "203.0.113.7",
            KEYS + "203.0.113.8",
            KEYS + "198.51.100.4",
            KEYS + "20010db800010002/64",
            KEYS + "unknown");
  }

  private void ask(String forwarded) throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("http://localhost:" + port + "/api"))
            .header("X-Forwarded-For", forwarded)
            .build();
    assertThat(HttpClient.newHttpClient().send(request, BodyHandlers.discarding()).statusCode())
        .isEqualTo(401);
  }
}
