package dev.millrace.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Phones that text the application, by the control API. */
class PhonesTest {

  private static final byte[] TWIML =
      "<?xml version=\"1.0\"?><Response><Message>Yes &amp; no</Message></Response>"
          .getBytes(StandardCharsets.UTF_8);

  private Sandbox sandbox;
  private Client client;
  private HttpServer application;

  @BeforeEach
  void start() throws IOException {
    sandbox = Sandbox.start(SandboxOptions.defaults().withoutData());
    client = new Client(sandbox);
    application = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    application.createContext(
        "/",
        exchange -> {
          exchange.sendResponseHeaders(200, TWIML.length);
          exchange.getResponseBody().write(TWIML);
          exchange.close();
        });
    application.start();
  }

  @AfterEach
  void stop() {
    application.stop(0);
    sandbox.close();
  }

  @Test
  void shouldShowWhatAPhoneGot() throws IOException {
    sandbox.phones().webhook("http://127.0.0.1:" + application.getAddress().getPort() + "/in");

    Client.Answer answer = text("{\"from\":\"+12025550123\",\"body\":\"1\"}");

    assertThat(answer.json().path("answeredWith").asInt()).isEqualTo(200);
    assertThat(answer.json().path("text").asText()).isEqualTo("Yes & no");
    assertThat(sandbox.sms().to("+12025550123"))
        .singleElement()
        .satisfies(sms -> assertThat(sms.direction()).isEqualTo("outbound-reply"));
  }

  @Test
  void shouldKeepAnswersFromAPhoneThatWroteStop() throws IOException {
    sandbox.phones().webhook("http://127.0.0.1:" + application.getAddress().getPort() + "/in");

    assertThat(text("{\"from\":\"+12025550123\",\"body\":\"STOP\"}").json().path("text").isNull())
        .isTrue();
    assertThat(sandbox.sms().to("+12025550123")).isEmpty();
  }

  @Test
  void shouldAskForAnAddressWhereTheNumberHasNone() throws IOException {
    Client.Answer refused = text("{\"from\":\"+12025550123\",\"body\":\"1\"}");

    assertThat(refused.status()).isEqualTo(400);
    assertThat(refused.text()).contains("url");
    Client.Answer unreached =
        text("{\"from\":\"+12025550123\",\"body\":\"1\",\"url\":\"http://203.0.113.1/\"}");
    assertThat(unreached.json().path("answeredWith").asInt()).as("another machine").isZero();
  }

  private Client.Answer text(String body) throws IOException {
    return client.send(
        "POST", sandbox.page() + "sandbox/sms/inbound", null, "application/json", body);
  }
}
