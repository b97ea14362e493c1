package dev.millrace.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.account.GoogleConnections;
import dev.millrace.account.Integration;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;

/** What breaks while a user is on the way to Google and back: the browser ends on a page. */
class ConnectFaultTest extends RunningConnect {

  private static final String META = "bull:calendar-sync:meta";

  @Autowired GoogleConnections connections;

  @Test
  void shouldNotTakeAParameterOfTheAddressForTheBrowsersCookie() throws Exception {
    Way way = authorize(user, "calendar");
    String address = choose(way, person(0).email());

    assertThat(back(address + "&Cookie=" + way.cookie() + "&cookie=" + way.cookie(), null))
        .isEqualTo("other_browser");
    assertThat(connections.find(user, Integration.GOOGLE_CALENDAR)).isEmpty();
  }

  @Test
  void shouldEndOnThePageWhenAnotherVersionHasWrittenTheState() throws Exception {
    Set<String> before = plain.keys("millrace:oauth:state:*");
    Way way = authorize(user, "calendar");
    plain.keys("millrace:oauth:state:*").stream()
        .filter(key -> !before.contains(key))
        .forEach(key -> plain.opsForValue().set(key, "[]"));
    double failed = outcomes("failed");

    assertThat(back(choose(way, person(0).email()), way.cookie())).isEqualTo("failed");

    assertThat(outcomes("failed")).isEqualTo(failed + 1);
  }

  @Test
  void shouldTellTheOperatorAndNotTheUserWhenTheKeyOfATokenIsGone() throws Exception {
    connect(user, "calendar", person(0));
    awaitSync(user, "google_calendar");
    jdbc.sql("UPDATE google_connections SET enc_key_id = 'lost' WHERE user_id = :user")
        .param("user", user)
        .update();
    Way way = authorize(user, "calendar");
    String code = consent(way, person(0).email(), scopes("calendar.readonly"), false);

    assertThat(back(callback("calendar", way.state(), code), way.cookie())).isEqualTo("our_fault");

    assertThat(
            jdbc.sql("SELECT count(*) FROM admin_alerts WHERE kind = 'encryption_key_wrong'")
                .query(Long.class)
                .single())
        .isEqualTo(1);
  }

  @Test
  void shouldTakeTheCookieAwayWhateverCameOfIt() throws Exception {
    Way way = authorize(user, "calendar");
    String address = choose(way, "deny");

    HttpResponse<String> answer =
        held(HttpRequest.newBuilder(URI.create(address)).header("Cookie", way.cookie()).build());

    assertThat(answer.headers().firstValue("Set-Cookie").orElseThrow())
        .startsWith(way.cookie().split("=")[0] + "=;")
        .contains("Max-Age=0")
        .contains("Path=/api/calendar/oauth/callback");
  }

  @Test
  void shouldStayConnectedWhenNoJobCanBeAdded() throws Exception {
    Way way = authorize(user, "calendar");
    String address = choose(way, person(0).email());

    assertThat(withoutQueue(META, () -> back(address, way.cookie()))).isEqualTo("connected_later");

    assertThat(status(user, "calendar").path("connected").asBoolean()).isTrue();
  }

  @Test
  void shouldGiveTheMinuteBackWhenAManualSyncCannotBeAdded() throws Exception {
    connect(user, "calendar", person(0));
    awaitSync(user, "google_calendar");
    String body = "{\"integrationType\":\"google_calendar\"}";

    HttpResponse<String> answer =
        withoutQueue(META, () -> askAs(user, "POST", "/api/sync/manual", body));

    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(503);
    assertThat(answer.headers().firstValue("Retry-After")).contains("5");
    assertThat(tree(answer).path("type").asText())
        .isEqualTo("urn:problem-type:millrace:queue-unavailable");
    assertThat(counted("millrace.manual.syncs", "outcome", "not_added")).isPositive();
    assertThat(askAs(user, "POST", "/api/sync/manual", body).statusCode()).isEqualTo(202);
  }

  private interface Asking<T> {
    T ask() throws Exception;
  }

  /** Whatever holds the queue's key, BullMQ cannot add to it. */
  private <T> T withoutQueue(String meta, Asking<T> asking) throws Exception {
    Map<Object, Object> kept = plain.opsForHash().entries(meta);
    plain.delete(meta);
    plain.opsForValue().set(meta, "no queue");
    try {
      return asking.ask();
    } finally {
      plain.delete(meta);
      plain.opsForHash().putAll(meta, kept);
    }
  }

  private double outcomes(String outcome) {
    return counted("millrace.connects", "integration", "google_calendar", "outcome", outcome);
  }
}
