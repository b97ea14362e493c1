package dev.millrace.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.sandbox.http.Fault;
import dev.millrace.sandbox.http.LoggedRequest;
import dev.millrace.sandbox.http.Service;
import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FaultsTest {

  private static final String EVENTS = "/calendars/primary/events";

  private Sandbox sandbox;
  private Client client;
  private SandboxUser user;
  private String token;

  @BeforeEach
  void start() throws IOException {
    sandbox = Sandbox.start(SandboxOptions.defaults().withoutData());
    client = new Client(sandbox);
    user = sandbox.users().get(0);
    token = client.accessToken(user.calendarRefreshToken());
    sandbox.requests().clear();
  }

  @AfterEach
  void stop() {
    sandbox.close();
  }

  @ParameterizedTest
  @CsvSource({
    "400, invalid, invalid",
    "401, '', authError",
    "403, rateLimitExceeded, rateLimitExceeded",
    "403, userRateLimitExceeded, userRateLimitExceeded",
    "403, forbidden, forbidden",
    "404, '', notFound",
    "410, '', fullSyncRequired",
    "429, '', rateLimitExceeded",
    "500, '', backendError",
    "503, '', backendError"
  })
  void anAnswerComesInTheCalendarsOwnWords(int status, String asked, String reason)
      throws IOException {
    sandbox.faults().add(Fault.answer(Service.CALENDAR, status, asked));

    Client.Answer answer = client.calendar(token, EVENTS);

    assertThat(answer.status()).isEqualTo(status);
    assertThat(answer.reason()).isEqualTo(reason);
    assertThat(answer.json().at("/error/code").asInt()).isEqualTo(status);
    assertThat(client.calendar(token, EVENTS).status()).isEqualTo(200);
  }

  @ParameterizedTest
  @CsvSource({
    "400, invalid_grant, invalid_grant",
    "401, '', invalid_client",
    "403, admin_policy_enforced, admin_policy_enforced",
    "429, '', rate_limit_exceeded",
    "503, '', temporarily_unavailable"
  })
  void theTokenEndpointFailsInItsOwnWords(int status, String asked, String error)
      throws IOException {
    sandbox.faults().add(Fault.answer(Service.OAUTH, status, asked));

    Client.Answer answer = client.refresh(user.calendarRefreshToken());

    assertThat(answer.status()).isEqualTo(status);
    assertThat(answer.json().path("error").asText()).isEqualTo(error);
  }

  @Test
  void aGrantDeadBySessionPolicyTellsItsSubtype() throws IOException {
    sandbox.faults().add(Fault.answer(Service.OAUTH, 400, "invalid_grant/invalid_rapt"));

    Client.Answer answer = client.refresh(user.calendarRefreshToken());

    assertThat(answer.json().path("error").asText()).isEqualTo("invalid_grant");
    assertThat(answer.json().path("error_subtype").asText()).isEqualTo("invalid_rapt");
  }

  @Test
  void aFaultHitsSoManyRequestsOfItsServiceAndPath() throws IOException {
    sandbox.faults().add(Fault.serverError(Service.CALENDAR, 503).onPath("/events").times(2));

    assertThat(client.calendar(token, "/users/me/calendarList").status()).isEqualTo(200);
    assertThat(client.refresh(user.calendarRefreshToken()).status()).isEqualTo(200);
    assertThat(client.calendar(token, EVENTS).status()).isEqualTo(503);
    assertThat(client.calendar(token, EVENTS).status()).isEqualTo(503);
    assertThat(client.calendar(token, EVENTS).status()).isEqualTo(200);
    assertThat(sandbox.faults().pending()).isEmpty();
  }

  @Test
  void retryAfterIsInSeconds() throws IOException {
    sandbox.faults().add(Fault.tooManyRequests(Service.CALENDAR, Duration.ofMinutes(2)));

    assertThat(client.calendar(token, EVENTS).header("Retry-After")).isEqualTo("120");
  }

  @Test
  void aCutConnectionHasNoAnswer() throws IOException {
    // The JDK's client repeats a GET once when the connection is closed on it.
    sandbox.faults().add(Fault.cut(Service.CALENDAR).times(2));

    assertThatThrownBy(() -> client.calendar(token, EVENTS)).isInstanceOf(IOException.class);

    assertThat(sandbox.requests().all()).isNotEmpty().allMatch(r -> r.status() == 0 && r.faulty());
  }

  @Test
  void aSlowAnswerIsTheRightOne() throws IOException {
    sandbox.faults().add(Fault.slow(Service.CALENDAR, Duration.ofMillis(300)));
    long before = System.nanoTime();

    assertThat(client.calendar(token, EVENTS).status()).isEqualTo(200);

    assertThat(Duration.ofNanos(System.nanoTime() - before)).isGreaterThan(Duration.ofMillis(290));
  }

  @Test
  void theLogTellsWhoAskedForWhatWithoutSecrets() throws IOException {
    client.calendar(token, EVENTS, "maxResults", "10", "key", "geheim");
    client.refresh(user.calendarRefreshToken());

    LoggedRequest events = sandbox.requests().all().get(0);
    assertThat(events.method()).isEqualTo("GET");
    assertThat(events.path()).isEqualTo("/calendar/v3" + EVENTS);
    assertThat(events.query().get("maxResults")).containsExactly("10");
    assertThat(events.account()).isEqualTo(user.email());
    assertThat(events.status()).isEqualTo(200);
    assertThat(sandbox.requests().count(Service.CALENDAR, "/events")).isEqualTo(1);
    assertThat(sandbox.requests().count(Service.OAUTH)).isEqualTo(1);
    assertThat(sandbox.requests().all().toString())
        .doesNotContain("geheim")
        .doesNotContain(token)
        .doesNotContain(user.calendarRefreshToken())
        .doesNotContain(client.setting("google.client-secret"));
  }

  @Test
  void absurdFaultsAreRefused() {
    assertThatThrownBy(() -> Fault.answer(Service.CALENDAR, 200, "")).hasMessageContaining("200");
    assertThatThrownBy(() -> Fault.cut(Service.CALENDAR).times(0)).hasMessageContaining("times");
  }
}
