package dev.millrace.routes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.zaxxer.hikari.HikariDataSource;
import dev.millrace.TestRedis;
import dev.millrace.api.SignedForm;
import dev.millrace.job.Rows;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.apache.camel.test.spring.junit5.CamelSpringBootTest;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.data.redis.core.StringRedisTemplate;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.test.annotation.DirtiesContext;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import redis.embedded.RedisServer;

/**
 * Messages that come while something behind the webhook is away, with a Redis of this test's own.
 */
@CamelSpringBootTest
@DirtiesContext
@SpringBootTest(
    webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT,
    properties = {
      "spring.quartz.auto-startup=false",
      "camel.component.quartz.auto-start-scheduler=false",
      "millrace.sandbox.enabled=false",
      "spring.datasource.hikari.allow-pool-suspension=true",
      "twilio.auth-token=" + WebhookFaultTest.TWILIO_TOKEN,
      "app.public-base-url=https://millrace.example/"
    })
class WebhookFaultTest {

  static final String TWILIO_TOKEN = "token-of-tests";

  private static final Duration LONG = Duration.ofSeconds(30);

  private static RedisServer server;
  private static int redisPort;
  private static Path folder;

  @Autowired JdbcClient jdbc;
  @Autowired StringRedisTemplate redis;
  @Autowired HikariDataSource database;
  @Autowired MeterRegistry meters;
  @LocalServerPort int port;

  private UUID calendar;
  private Pusher google;

  @DynamicPropertySource
  static void ownRedis(DynamicPropertyRegistry registry) throws IOException {
    redisPort = TestRedis.freePort();
    folder = Files.createTempDirectory("webhook-redis");
    server = TestRedis.durable(redisPort, folder);
    server.start();
    // later than the application, which would wait for it in vain
    Runtime.getRuntime().addShutdownHook(new Thread(WebhookFaultTest::stopRedis));
    registry.add("spring.data.redis.url", () -> "redis://127.0.0.1:" + redisPort);
  }

  @BeforeEach
  void start() {
    jdbc.sql("TRUNCATE users, webhook_messages, webhook_failures CASCADE").update();
    Rows rows = new Rows(jdbc);
    UUID user = rows.user(UUID.randomUUID() + "@example.org", "UTC");
    calendar = rows.calendar(rows.connection(user, "google_calendar"));
    google = new Pusher(port, jdbc);
  }

  @Test
  void shouldAskForARepeatAndTakeItWhenRedisWasAway() throws Exception {
    UUID channel = google.channel(calendar, "active");
    double before = unavailable();
    server.stop();

    HttpResponse<String> answer = google.send(Pusher.headers(channel, 10, "exists"));

    assertThat(answer.statusCode()).isEqualTo(503);
    assertThat(answer.headers().firstValue("Retry-After")).hasValue("5");
    assertThat(answer.headers().firstValue("Content-Type")).hasValue("application/problem+json");
    assertThat(messages()).as("nothing says that it was taken").doesNotContain("10 accepted");
    assertThat(unavailable()).isEqualTo(before + 1);

    server = TestRedis.durable(redisPort, folder);
    server.start();
    await().atMost(LONG).until(() -> google.exists(channel, 10) == 204);

    await().atMost(LONG).until(() -> messages().contains("10 accepted"));
    assertThat(messages()).filteredOn("10 accepted"::equals).hasSize(1);
    assertThat(redis.opsForZSet().zCard("bull:calendar-sync:delayed")).isEqualTo(1);
    assertThat(jdbc.sql("SELECT sum(count) FROM webhook_failures").query(Long.class).single())
        .as("what could not be taken is known where all instances meet")
        .isPositive();
  }

  @Test
  void shouldAskForARepeatAndTakeItWhenTheDatabaseWasAway() throws Exception {
    UUID channel = google.channel(calendar, "active");
    database.getHikariPoolMXBean().suspendPool();
    try {
      assertThat(google.exists(channel, 10)).isEqualTo(503);
    } finally {
      database.getHikariPoolMXBean().resumePool();
    }

    await().atMost(LONG).until(() -> google.exists(channel, 10) == 204);

    await().atMost(LONG).until(() -> messages().contains("10 accepted"));
    assertThat(messages()).filteredOn("10 accepted"::equals).hasSize(1);
  }

  @Test
  void shouldNotTellTwilioThatATextOrReportIsHeardWhileTheDatabaseIsAway() throws Exception {
    UUID user = jdbc.sql("SELECT id FROM users").query(UUID.class).single();
    new Rows(jdbc).phone(user, "+12025550143");
    SignedForm stop = SignedForm.of("MessageSid", "SM1", "From", "+12025550143", "Body", "STOP");
    SignedForm report = SignedForm.of("MessageSid", "SM2", "MessageStatus", "delivered");
    database.getHikariPoolMXBean().suspendPool();
    try {
      assertThat(twilio("/api/sms/webhook", stop).statusCode()).isEqualTo(503);
      HttpResponse<String> refused = twilio("/api/sms/status", report);
      assertThat(refused.statusCode()).isEqualTo(503);
      assertThat(refused.headers().firstValue("Content-Type")).hasValue("application/problem+json");
    } finally {
      database.getHikariPoolMXBean().resumePool();
    }

    await().atMost(LONG).until(() -> twilio("/api/sms/webhook", stop).statusCode() == 200);
    assertThat(
            jdbc.sql("SELECT opted_out_at IS NOT NULL FROM user_phones")
                .query(Boolean.class)
                .single())
        .isTrue();
    assertThat(twilio("/api/sms/status", report).statusCode()).isEqualTo(204);
  }

  private HttpResponse<String> twilio(String path, SignedForm form) throws Exception {
    return HttpClient.newHttpClient()
        .send(
            HttpRequest.newBuilder(URI.create("http://localhost:" + port + path))
                .header("Content-Type", "application/x-www-form-urlencoded")
                .header(
                    "X-Twilio-Signature",
                    form.signature("https://millrace.example" + path, TWILIO_TOKEN))
                .POST(HttpRequest.BodyPublishers.ofString(form.body()))
                .build(),
            HttpResponse.BodyHandlers.ofString());
  }

  @Test
  void shouldNotSwallowTheRepeatOfAMessageWhoseJobCouldNotBeAdded() throws Exception {
    UUID channel = google.channel(calendar, "active");
    // whatever holds the queue's key, BullMQ cannot add to it
    redis.opsForValue().set("bull:calendar-sync:meta", "no queue");

    assertThat(google.exists(channel, 10)).isEqualTo(503);
    assertThat(messages()).isEmpty();
    assertThat(redis.keys("millrace:webhook:" + channel + ":*")).isEmpty();
    assertThat(
            jdbc.sql("SELECT wanted_at IS NOT NULL FROM calendars").query(Boolean.class).single())
        .as("any other job reads it meanwhile")
        .isTrue();

    redis.delete("bull:calendar-sync:meta");
    assertThat(google.exists(channel, 10)).isEqualTo(204);
    assertThat(messages()).containsExactly("10 accepted");
  }

  private static void stopRedis() {
    try {
      server.stop();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private List<String> messages() {
    return jdbc.sql("SELECT message_no || ' ' || result FROM webhook_messages ORDER BY id")
        .query(String.class)
        .list();
  }

  private double unavailable() {
    var counter = meters.find("webhook.messages").tag("result", "unavailable").counter();
    return counter == null ? 0 : counter.count();
  }
}
