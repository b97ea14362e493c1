package dev.millrace.notification;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.TestClock;
import dev.millrace.job.JobBeans;
import dev.millrace.job.SqlInstant;
import dev.millrace.sandbox.Sandbox;
import dev.millrace.sandbox.SandboxOptions;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** Twilio chooses the sender where {@code twilio.messaging-service-sid} names a pool. */
class MessagingServiceTest {

  private static final String POOL = "MG" + "0123456789abcdef".repeat(2);

  private final TestClock clock = new TestClock("2026-03-02T15:00:00Z");

  @Test
  void shouldSendThroughAPoolAndKnowTheTextAgainInTheList() throws Exception {
    try (Sandbox sandbox = Sandbox.start(SandboxOptions.defaults().clock(clock).withoutData());
        JobBeans beans = NotificationBeans.start(clock, 1, POOL)) {
      sandbox.callbacks().automatic(false);
      UUID message = message(beans);
      Delivery delivery = beans.get(Delivery.class);
      OutgoingSms sms = (OutgoingSms) delivery.claim(message, clock.instant());

      HttpResponse<String> lost = call(sandbox, HttpRequest.newBuilder(), "", sms.form());
      assertThat(lost.statusCode()).isEqualTo(201);
      beans.get(SmsAnswers.class).unanswered(sms);
      clock.advance(Duration.ofMinutes(3));
      SmsLookup lookup = beans.get(SmsLookup.class);
      SmsSearch search = lookup.search((DoubtfulSms) delivery.claim(message, clock.instant()));
      HttpResponse<String> page =
          call(sandbox, HttpRequest.newBuilder(), "?" + search.getQuery(), null);
      lookup.read(search, page.statusCode(), page.body());
      lookup.conclude(search);

      assertThat(sandbox.sms().to("+12025550143"))
          .singleElement()
          .satisfies(
              taken -> {
                assertThat(taken.service()).isEqualTo(POOL);
                assertThat(beans.text("SELECT state || provider_id FROM outbound_messages"))
                    .isEqualTo("sent" + taken.sid());
              });
    }
  }

  private UUID message(JobBeans beans) {
    UUID user = beans.rows().user("ann@example.org", "UTC");
    beans.rows().phone(user, "+12025550143");
    return beans
        .rows()
        .add(
            """
            INSERT INTO outbound_messages (id, user_id, channel, purpose, dedup_key, to_address,
                                           body, not_before, expires_at, created_at)
            VALUES (:id, :a, 'sms', 'digest', 'k', '+12025550143', 'Hello', :b, :c, :b)
            """,
            user,
            SqlInstant.of(clock.instant()),
            SqlInstant.of(clock.instant().plus(Duration.ofDays(3))));
  }

  private static HttpResponse<String> call(
      Sandbox sandbox, HttpRequest.Builder request, String query, String form) throws Exception {
    Map<String, String> settings = sandbox.properties();
    String account = settings.get("twilio.account-sid");
    String login = account + ":" + settings.get("twilio.auth-token");
    request
        .uri(
            URI.create(
                settings.get("twilio.base") + "/Accounts/" + account + "/Messages.json" + query))
        .header("Content-Type", "application/x-www-form-urlencoded")
        .header(
            "Authorization",
            "Basic " + Base64.getEncoder().encodeToString(login.getBytes(StandardCharsets.UTF_8)));
    if (form != null) {
      request.POST(HttpRequest.BodyPublishers.ofString(form));
    }
    try (HttpClient http = HttpClient.newHttpClient()) {
      return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }
  }
}
