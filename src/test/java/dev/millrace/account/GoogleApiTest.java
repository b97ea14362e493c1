package dev.millrace.account;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.World;
import dev.millrace.World.Connected;
import dev.millrace.job.WaitException;
import dev.millrace.sandbox.google.Scopes;
import dev.millrace.sandbox.http.Fault;
import dev.millrace.sandbox.http.Service;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.web.client.RestClient;

class GoogleApiTest {

  private final World world = new World();
  private final GoogleApi google = world.bean(GoogleApi.class);
  private final Connected one = world.connectCalendar(world.person(0));
  private final URI list =
      URI.create(world.bean(GoogleProperties.class).calendarBase() + "/users/me/calendarList");

  @AfterEach
  void stop() {
    world.close();
  }

  @Test
  void shouldReadWithTheConnectionsToken() {
    assertThat(read().path("items").path(0).path("id").asText()).isEqualTo(one.person().email());
    assertThat(world.counted("external.calls", "service", "google_calendar", "code", "200"))
        .isOne();
    assertThat(world.counted("external.calls", "service", "google_oauth", "code", "200")).isOne();
  }

  @Test
  void shouldReplaceARefusedTokenAndRepeatOnce() {
    read();
    world.sandbox.grants().expireAccessTokens(one.person().email());

    assertThat(read().path("items")).isNotEmpty();

    assertThat(world.sandbox.requests().count(Service.CALENDAR)).isEqualTo(3);
    assertThat(world.sandbox.requests().count(Service.OAUTH)).isEqualTo(2);
  }

  @Test
  void shouldNotRepeatWithoutEndWhenFreshTokensAreRefusedToo() {
    world.sandbox.faults().add(Fault.unauthorized(Service.CALENDAR).times(50));

    assertThatThrownBy(this::read).isInstanceOf(UnauthorizedException.class);

    assertThat(world.sandbox.requests().count(Service.CALENDAR)).isEqualTo(2);
  }

  @Test
  void shouldWaitAsLongAsGoogleSays() {
    world.sandbox.faults().add(Fault.tooManyRequests(Service.CALENDAR, Duration.ofSeconds(120)));

    assertThatThrownBy(this::read)
        .isInstanceOfSatisfying(
            WaitException.class,
            e -> assertThat(e.until()).isEqualTo(world.clock.instant().plusSeconds(120)));
  }

  @Test
  void shouldWaitAMinuteWhenGoogleDoesNotSay() {
    for (String reason :
        new String[] {"rateLimitExceeded", "userRateLimitExceeded", "quotaExceeded"}) {
      world.sandbox.faults().add(Fault.answer(Service.CALENDAR, 403, reason));
      assertThatThrownBy(this::read)
          .isInstanceOfSatisfying(
              WaitException.class,
              e -> assertThat(e.until()).isEqualTo(world.clock.instant().plusSeconds(60)));
    }
  }

  @Test
  void shouldTellRefusalsApart() {
    refuse(403, "forbidden");
    assertThatThrownBy(this::read).isInstanceOf(GoogleRefusal.Forbidden.class);
    refuse(404, "");
    assertThatThrownBy(this::read).isInstanceOf(GoogleRefusal.NotFound.class);
    refuse(410, "");
    assertThatThrownBy(this::read)
        .isInstanceOfSatisfying(
            GoogleRefusal.Gone.class, e -> assertThat(e.reason()).isEqualTo("fullSyncRequired"));
    refuse(400, "badRequest");
    assertThatThrownBy(this::read)
        .isInstanceOfSatisfying(GoogleRefusal.class, e -> assertThat(e.status()).isEqualTo(400));
  }

  @Test
  void shouldSayWhenTheScopeIsMissing() {
    world.sandbox.grants().setScopes(one.person().calendarRefreshToken(), Set.of(Scopes.CALENDAR));
    read();
    world
        .sandbox
        .grants()
        .setScopes(one.person().calendarRefreshToken(), Set.of(Scopes.CONTACTS_READONLY));

    assertThatThrownBy(this::read)
        .isInstanceOfSatisfying(
            GoogleRefusal.Forbidden.class, e -> assertThat(e.scopeMissing()).isTrue());
  }

  @Test
  void shouldCallAnOutageAnOutage() {
    for (int status : new int[] {408, 500, 502, 503}) {
      refuse(status, "");
      assertThatThrownBy(this::read)
          .isInstanceOfSatisfying(
              GoogleUnavailableException.class,
              e -> assertThat(e.reason()).isEqualTo("http_" + status));
    }
    // the HTTP client itself repeats a GET whose kept-alive connection turns out to be closed
    world.sandbox.faults().add(Fault.cut(Service.CALENDAR).times(5));
    assertThatThrownBy(this::read)
        .isInstanceOfSatisfying(
            GoogleUnavailableException.class, e -> assertThat(e.reason()).isEqualTo("io"))
        .hasMessageNotContaining("calendarList?")
        .rootCause()
        .hasMessageNotContaining("http://");
  }

  @Test
  void shouldSendTheTokenToNoOtherHost() {
    assertThatThrownBy(
            () ->
                google.get(
                    one.connection(),
                    "events.list",
                    URI.create("http://127.0.0.1:1/calendar/v3/x")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("google.calendar-base");
    assertThat(world.sandbox.requests().count(Service.OAUTH)).isZero();
  }

  @Test
  void shouldRefuseWhateverIsNoRead() {
    RestClient readOnly = RestClient.builder().requestInterceptor(new ReadOnly()).build();

    for (HttpMethod method :
        new HttpMethod[] {HttpMethod.POST, HttpMethod.PUT, HttpMethod.PATCH, HttpMethod.DELETE}) {
      assertThatThrownBy(() -> readOnly.method(method).uri(list).retrieve().toBodilessEntity())
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining(method + " refused");
    }
    assertThat(world.sandbox.requests().count(Service.CALENDAR)).isZero();
  }

  @Test
  void shouldReadRetryAfterInBothForms() {
    HttpHeaders headers = new HttpHeaders();
    Instant now = world.clock.instant();
    headers.set("Retry-After", "Mon, 02 Mar 2026 10:05:00 GMT");
    assertThat(RetryAfter.read(headers, world.clock)).isEqualTo(now.plusSeconds(300));
    headers.set("Retry-After", "Mon, 02 Mar 2026 09:00:00 GMT");
    assertThat(RetryAfter.read(headers, world.clock)).isEqualTo(now.plusSeconds(1));
    headers.set("Retry-After", "soon");
    assertThat(RetryAfter.read(headers, world.clock)).isEqualTo(now.plusSeconds(60));
  }

  @Test
  void shouldNeitherAskInACircleNorWaitForYearsWhateverGoogleSays() {
    HttpHeaders headers = new HttpHeaders();
    Instant now = world.clock.instant();
    headers.set("Retry-After", "0");
    assertThat(RetryAfter.read(headers, world.clock)).isEqualTo(now.plusSeconds(1));
    headers.set("Retry-After", "999999999");
    assertThat(RetryAfter.read(headers, world.clock)).isEqualTo(now.plus(Duration.ofHours(24)));
  }

  private void refuse(int status, String reason) {
    world.sandbox.faults().add(Fault.answer(Service.CALENDAR, status, reason));
  }

  private JsonNode read() {
    return google.get(one.connection(), "calendarList.list", list);
  }
}
