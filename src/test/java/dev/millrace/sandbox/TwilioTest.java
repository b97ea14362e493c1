package dev.millrace.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpServer;
import dev.millrace.TestClock;
import dev.millrace.sandbox.http.Fault;
import dev.millrace.sandbox.http.Service;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TwilioTest {

  private static final String TO = "+12125550123";

  private final TestClock clock = new TestClock("2026-03-02T23:30:00Z");
  private Sandbox sandbox;
  private Client client;

  @BeforeEach
  void start() {
    sandbox = Sandbox.start(SandboxOptions.defaults().clock(clock).withoutData());
    client = new Client(sandbox);
  }

  @AfterEach
  void stop() {
    sandbox.close();
  }

  private String from() {
    return client.setting("twilio.from");
  }

  @Test
  void aMessageIsCreatedAndQueued() throws IOException {
    Client.Answer answer = client.sms("To", TO, "From", from(), "Body", "Hello");

    assertThat(answer.status()).isEqualTo(201);
    assertThat(answer.json().path("sid").asText()).matches("SM[0-9a-f]{32}");
    assertThat(answer.json().path("status").asText()).isEqualTo("queued");
    assertThat(answer.json().path("num_segments").asText()).isEqualTo("1");
    assertThat(answer.json().path("error_code").isNull()).isTrue();
    assertThat(answer.json().path("date_sent").isNull()).isTrue();
    assertThat(sandbox.sms().to(TO)).hasSize(1);
  }

  @Test
  void aMessagingServiceChoosesTheSender() throws IOException {
    String service = "MG" + "a".repeat(32);
    Client.Answer answer = client.sms("To", TO, "MessagingServiceSid", service, "Body", "Hello");

    assertThat(answer.status()).isEqualTo(201);
    assertThat(answer.json().path("status").asText()).isEqualTo("accepted");
    assertThat(answer.json().path("messaging_service_sid").asText()).isEqualTo(service);
    assertThat(sandbox.sms().to(TO))
        .singleElement()
        .satisfies(sms -> assertThat(sms.from()).isEqualTo(from()));
    assertThat(
            client
                .sms("To", TO, "MessagingServiceSid", "pool", "Body", "Hello")
                .json()
                .path("code")
                .asInt())
        .isEqualTo(21705);
  }

  @ParameterizedTest
  @CsvSource({"160, a, 1", "161, a, 2", "306, a, 2", "307, a, 3", "70, ż, 1", "71, ż, 2"})
  void segmentsDependOnTheAlphabet(int length, String letter, String segments) throws IOException {
    assertThat(
            client
                .sms("To", TO, "From", from(), "Body", letter.repeat(length))
                .json()
                .path("num_segments")
                .asText())
        .isEqualTo(segments);
  }

  @ParameterizedTest
  @CsvSource({
    "'', hello, 21604",
    "12125550123, hello, 21211",
    "+1 212 555 0123, hello, 21211",
    "+123, hello, 21211",
    "+12125550123, '', 21602",
    "+15005550001, hello, 21211",
    "+15005550002, hello, 21612",
    "+15005550004, hello, 21610",
    "+15005550009, hello, 21614"
  })
  void whatTwilioRefusesIsRefusedWithItsCode(String to, String body, int code) throws IOException {
    Client.Answer answer = client.sms("To", to, "From", from(), "Body", body);

    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.json().path("code").asInt()).isEqualTo(code);
    assertThat(answer.json().path("status").asInt()).isEqualTo(400);
    assertThat(answer.json().path("message").asText()).isNotEmpty();
    assertThat(answer.json().path("more_info").asText())
        .isEqualTo("https://www.twilio.com/docs/errors/" + code);
    assertThat(sandbox.sms().all()).isEmpty();
  }

  @Test
  void theBodyHas1600CharactersAtMost() throws IOException {
    assertThat(client.sms("To", TO, "From", from(), "Body", "a".repeat(1_600)).status())
        .isEqualTo(201);
    assertThat(
            client
                .sms("To", TO, "From", from(), "Body", "a".repeat(1_601))
                .json()
                .path("code")
                .asInt())
        .isEqualTo(21617);
  }

  @Test
  void onlyTheAccountsOwnNumberSends() throws IOException {
    assertThat(client.sms("To", TO, "Body", "x").json().path("code").asInt()).isEqualTo(21603);
    assertThat(
            client.sms("To", TO, "From", "+12125550999", "Body", "x").json().path("code").asInt())
        .isEqualTo(21606);
  }

  @Test
  void wrongCredentialsAre20003() throws IOException {
    Client.Answer none = client.form(client.messages(), null, "To", TO);
    Client.Answer wrong =
        client.form(
            client.messages(),
            "Basic "
                + Base64.getEncoder()
                    .encodeToString(
                        (client.setting("twilio.account-sid") + ":wrong")
                            .getBytes(StandardCharsets.UTF_8)),
            "To",
            TO);

    for (Client.Answer answer : new Client.Answer[] {none, wrong}) {
      assertThat(answer.status()).isEqualTo(401);
      assertThat(answer.json().path("code").asInt()).isEqualTo(20003);
    }
    assertThat(
            client
                .form(
                    client.setting("twilio.base") + "/Accounts/AC0/Messages.json",
                    client.twilioCredentials(),
                    "To",
                    TO)
                .status())
        .isEqualTo(404);
  }

  @Test
  void messagesAreFoundByToFromAndDay() throws IOException {
    client.sms("To", TO, "From", from(), "Body", "first");
    clock.advance(Duration.ofHours(1));
    client.sms("To", TO, "From", from(), "Body", "second");
    client.sms("To", "+12125550124", "From", from(), "Body", "other");

    assertThat(bodies("To", TO)).containsExactly("second", "first");
    assertThat(bodies("To", TO, "DateSent", "2026-03-02")).containsExactly("first");
    assertThat(bodies("To", TO, "DateSent", "2026-03-03")).containsExactly("second");
    assertThat(bodies("To", TO, "DateSent>", "2026-03-03")).containsExactly("second");
    assertThat(bodies("DateSent<", "2026-03-02T23:59:00Z")).containsExactly("first");
    assertThat(bodies("From", "+12125550000")).isEmpty();
    assertThat(client.smsList("Recipient", TO).status()).isEqualTo(400);
    assertThat(client.smsList("DateSent", "yesterday").status()).isEqualTo(400);
    assertThat(client.smsList("PageSize", "1001").status()).isEqualTo(400);
    Client.Answer page = client.smsList("PageSize", "2");
    assertThat(page.list("messages")).hasSize(2);
    assertThat(page.json().path("next_page_uri").asText()).contains("Page=1");
    assertThat(client.smsList("PageSize", "2", "Page", "1").list("messages")).hasSize(1);
  }

  private List<String> bodies(String... query) throws IOException {
    return client.smsList(query).list("messages").stream()
        .map(m -> m.path("body").asText())
        .toList();
  }

  @Test
  void oneMessageIsReadByItsSid() throws IOException {
    String sid = client.sms("To", TO, "From", from(), "Body", "x").json().path("sid").asText();
    String url = client.messages().replace(".json", "/" + sid + ".json");

    Client.Answer read = client.send("GET", url, client.twilioCredentials(), null, "");

    assertThat(read.json().path("status").asText()).isEqualTo("sent");
    assertThat(read.json().path("date_sent").asText()).isEqualTo("Mon, 02 Mar 2026 23:30:00 +0000");
    assertThat(client.send("DELETE", url, client.twilioCredentials(), null, "").status())
        .isEqualTo(405);
  }

  @Test
  void anAcceptedMessageWhoseAnswerIsLostIsInTheList() throws IOException {
    sandbox.faults().add(Fault.acceptThenSilence(Service.TWILIO, Duration.ofMillis(50)));

    assertThatThrownBy(() -> client.sms("To", TO, "From", from(), "Body", "lost"))
        .isInstanceOf(IOException.class);

    assertThat(bodies("To", TO)).containsExactly("lost");
  }

  @Test
  void tooManyRequestsAreNeverProcessed() throws IOException {
    sandbox.faults().add(Fault.tooManyRequests(Service.TWILIO, Duration.ZERO));

    Client.Answer refused = client.sms("To", TO, "From", from(), "Body", "x");

    assertThat(refused.status()).isEqualTo(429);
    assertThat(refused.json().path("code").asInt()).isEqualTo(20429);
    assertThat(sandbox.sms().all()).isEmpty();
  }

  @Test
  void reportsAreSignedAndComeInAnyOrder() throws Exception {
    Queue<Map<String, String>> forms = new ConcurrentLinkedQueue<>();
    Queue<String> signatures = new ConcurrentLinkedQueue<>();
    HttpServer application =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    application.createContext(
        "/",
        exchange -> {
          String form =
              new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
          Map<String, String> fields = new TreeMap<>();
          Arrays.stream(form.split("&"))
              .map(pair -> pair.split("=", 2))
              .forEach(
                  pair -> fields.put(pair[0], URLDecoder.decode(pair[1], StandardCharsets.UTF_8)));
          forms.add(fields);
          signatures.add(exchange.getRequestHeaders().getFirst("X-Twilio-Signature"));
          exchange.sendResponseHeaders(204, -1);
          exchange.close();
        });
    application.start();
    try {
      String callback =
          "http://127.0.0.1:" + application.getAddress().getPort() + "/api/sms/status?x=1";
      client.sms("To", TO, "From", from(), "Body", "x", "StatusCallback", callback);
      await().until(() -> forms.size() == 2);
      assertThat(forms)
          .extracting(f -> f.get("MessageStatus"))
          .containsExactly("sent", "delivered");
      assertThat(signatures.peek()).isEqualTo(signature(callback, forms.peek()));

      sandbox.callbacks().automatic(false);
      forms.clear();
      String sid =
          client
              .sms("To", TO, "From", from(), "Body", "y", "StatusCallback", callback)
              .json()
              .path("sid")
              .asText();
      assertThat(sandbox.callbacks().report(sid, "delivered", null)).isEqualTo(204);
      assertThat(sandbox.callbacks().report(sid, "undelivered", 30003)).isEqualTo(204);
      assertThat(forms).extracting(f -> f.get("ErrorCode")).containsExactly(null, "30003");

      URI hook = URI.create("http://127.0.0.1:" + application.getAddress().getPort() + "/in");
      assertThat(sandbox.phones().text(TO, "Stop", hook).status()).isEqualTo(204);
      assertThat(client.sms("To", TO, "From", from(), "Body", "z").json().path("code").asInt())
          .isEqualTo(21610);
      sandbox.phones().text(TO, "START", hook);
      assertThat(client.sms("To", TO, "From", from(), "Body", "z").status()).isEqualTo(201);
    } finally {
      application.stop(0);
    }
  }

  private String signature(String url, Map<String, String> form) throws Exception {
    StringBuilder text = new StringBuilder(url);
    new TreeMap<>(form).forEach((name, value) -> text.append(name).append(value));
    Mac mac = Mac.getInstance("HmacSHA1");
    mac.init(
        new SecretKeySpec(
            client.setting("twilio.auth-token").getBytes(StandardCharsets.UTF_8), "HmacSHA1"));
    return Base64.getEncoder()
        .encodeToString(mac.doFinal(text.toString().getBytes(StandardCharsets.UTF_8)));
  }
}
