package dev.millrace.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.groups.Tuple.tuple;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpServer;
import dev.millrace.TestClock;
import dev.millrace.sandbox.calendar.EventDraft;
import dev.millrace.sandbox.calendar.Push;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WatchTest {

  private static final String WATCH = "/calendars/primary/events/watch";

  private record Received(
      String state, String number, String channel, String resource, String token, String agent) {}

  private final TestClock clock = new TestClock("2026-03-02T09:00:00Z");
  private final Queue<Received> received = new ConcurrentLinkedQueue<>();
  private final Queue<Integer> answers = new ConcurrentLinkedQueue<>();
  private HttpServer application;
  private Sandbox sandbox;
  private Client client;
  private SandboxUser user;
  private String token;

  @BeforeEach
  void start() throws IOException {
    application = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    application.createContext(
        "/",
        exchange -> {
          received.add(
              new Received(
                  exchange.getRequestHeaders().getFirst("X-Goog-Resource-State"),
                  exchange.getRequestHeaders().getFirst("X-Goog-Message-Number"),
                  exchange.getRequestHeaders().getFirst("X-Goog-Channel-ID"),
                  exchange.getRequestHeaders().getFirst("X-Goog-Resource-ID"),
                  exchange.getRequestHeaders().getFirst("X-Goog-Channel-Token"),
                  exchange.getRequestHeaders().getFirst("User-Agent")));
          Integer status = answers.poll();
          exchange.sendResponseHeaders(status == null ? 204 : status, -1);
          exchange.close();
        });
    application.start();
    sandbox =
        Sandbox.start(SandboxOptions.defaults().clock(clock).withoutData().allowHttpPush(true));
    client = new Client(sandbox);
    user = sandbox.users().get(0);
    token = client.accessToken(user.calendarRefreshToken());
  }

  @AfterEach
  void stop() {
    sandbox.close();
    application.stop(0);
  }

  @Test
  void theSyncMessageArrivesBeforeTheAnswer() throws IOException {
    Client.Answer answer = watch("ch-1", "\"token\":\"secret\"");

    assertThat(answer.status()).isEqualTo(200);
    assertThat(received).hasSize(1);
    Received sync = received.peek();
    assertThat(sync.state()).isEqualTo("sync");
    assertThat(sync.number()).isEqualTo("1");
    assertThat(sync.channel()).isEqualTo("ch-1");
    assertThat(sync.token()).isEqualTo("secret");
    assertThat(sync.agent()).startsWith("APIs-Google");
    assertThat(answer.json().path("kind").asText()).isEqualTo("api#channel");
    assertThat(answer.json().path("resourceId").asText()).isEqualTo(sync.resource());
    assertThat(answer.json().path("expiration").asLong())
        .isEqualTo(clock.instant().plus(Duration.ofDays(7)).toEpochMilli());
  }

  @Test
  void theShorterOfTtlExpirationAndLimitWins() throws IOException {
    long inAnHour = clock.instant().plus(Duration.ofHours(1)).toEpochMilli();
    assertThat(expiration(watch("a", "\"params\":{\"ttl\":\"7200\"}")))
        .isEqualTo(clock.instant().plus(Duration.ofHours(2)).toEpochMilli());
    assertThat(expiration(watch("b", "\"params\":{\"ttl\":\"7200\"},\"expiration\":" + inAnHour)))
        .isEqualTo(inAnHour);
    assertThat(expiration(watch("c", "\"params\":{\"ttl\":\"99999999\"}")))
        .isEqualTo(clock.instant().plus(Duration.ofDays(7)).toEpochMilli());
    sandbox.channels().limitLife(Duration.ofMinutes(10));
    assertThat(expiration(watch("d", "\"params\":{\"ttl\":\"7200\"}")))
        .isEqualTo(clock.instant().plus(Duration.ofMinutes(10)).toEpochMilli());
  }

  private static long expiration(Client.Answer answer) {
    return answer.json().path("expiration").asLong();
  }

  @Test
  void eachChangeIsToldWithAGrowingNumber() throws IOException {
    watch("ch-1", "\"token\":\"secret\"");

    change();
    change();

    await().until(() -> received.size() == 3);
    List<Received> all = List.copyOf(received);
    assertThat(all).extracting(Received::state).containsExactly("sync", "exists", "exists");
    assertThat(Long.parseLong(all.get(2).number()))
        .isGreaterThan(Long.parseLong(all.get(1).number()));
    assertThat(all.get(1).token()).isEqualTo("secret");
  }

  @Test
  void changesOfOtherCalendarsAreNotTold() throws IOException {
    watch("ch-1", "");
    sandbox
        .calendars()
        .add(
            sandbox.users().get(1).email(),
            "primary",
            EventDraft.allDay("Other", LocalDate.of(2026, 3, 9), 1));
    change();

    // Messages of a channel leave in order: a third would be one about the other calendar.
    await().until(() -> sandbox.channels().pushes().size() == 2);
    change();
    await().until(() -> sandbox.channels().pushes().size() == 3);
    assertThat(received).hasSize(3);
  }

  @Test
  void messagesCanBeLostAndArriveTwice() throws IOException {
    watch("ch-1", "");
    sandbox.channels().dropNext(1);
    change();
    sandbox.channels().duplicateNext(1);
    change();

    await().until(() -> received.size() == 3);
    List<Received> all = List.copyOf(received);
    assertThat(all.get(1).number()).isEqualTo(all.get(2).number());
    assertThat(sandbox.channels().pushes()).filteredOn(Push::dropped).hasSize(1);
  }

  @Test
  void onlyTheFourServerErrorsAreRepeated() throws IOException {
    watch("ch-1", "");
    answers.addAll(List.of(503, 200, 404));
    change();
    change();

    await().until(() -> sandbox.channels().pushes().size() == 3);
    List<Received> all = List.copyOf(received);
    assertThat(all).hasSize(4);
    assertThat(all.get(2).number()).isEqualTo(all.get(1).number());
    assertThat(sandbox.channels().pushes()).extracting(Push::status).containsExactly(204, 200, 404);
  }

  @Test
  void aRefusedSyncMessageIsRepeatedWithoutHoldingUpTheAnswer() throws IOException {
    answers.addAll(List.of(503, 503, 503, 503, 204));

    assertThat(watch("ch-1", "").status()).isEqualTo(200);
    assertThat(sandbox.channels().pushes()).as("still being repeated").isEmpty();

    await().until(() -> sandbox.channels().pushes().size() == 1);
    assertThat(sandbox.channels().pushes().get(0).status()).isEqualTo(503);
    assertThat(received).hasSize(4).extracting(Received::state).containsOnly("sync");
  }

  @Test
  void aChannelIdIsGoodOnce() throws IOException {
    String resource = watch("ch-1", "").json().path("resourceId").asText();
    assertThat(stop("ch-1", resource).status()).isEqualTo(204);

    Client.Answer again = watch("ch-1", "");

    assertThat(again.status()).isEqualTo(400);
    assertThat(again.reason()).isEqualTo("channelIdNotUnique");
  }

  @Test
  void generatedCalendarsHaveNoPush() throws IOException {
    String id = "en.test#holiday@group.v.calendar.google.com";
    sandbox.calendars().createGenerated(user.email(), id, "Holidays", user.zone());

    Client.Answer answer =
        post("/calendars/" + Client.encode(id) + "/events/watch", body("ch-1", ""));

    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.reason()).isEqualTo("pushNotSupportedForRequestedResource");
    assertThat(received).isEmpty();
  }

  @Test
  void onlyItsOwnerStopsAChannelAndOnlyWithItsResource() throws IOException {
    String resource = watch("ch-1", "").json().path("resourceId").asText();
    String other = client.accessToken(sandbox.users().get(1).calendarRefreshToken());
    String url = client.setting("google.calendar-base") + "/channels/stop";

    assertThat(client.postJson(url, other, stopBody("ch-1", resource)).status()).isEqualTo(404);
    assertThat(stop("ch-1", "wrong").status()).isEqualTo(404);
    assertThat(stop("ch-1", resource).status()).isEqualTo(204);
    assertThat(stop("ch-1", resource).status()).isEqualTo(404);
    change();
    assertThat(sandbox.channels().live(user.email())).isEmpty();
    assertThat(sandbox.channels().pushes()).hasSize(1);
  }

  @Test
  void anExpiredChannelIsSilentAndUnknown() throws IOException {
    String resource =
        watch("ch-1", "\"params\":{\"ttl\":\"60\"}").json().path("resourceId").asText();
    clock.advance(Duration.ofSeconds(60));

    change();

    assertThat(sandbox.channels().pushes()).hasSize(1);
    assertThat(stop("ch-1", resource).status()).isEqualTo(404);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"type\":\"web_hook\",\"address\":\"https://127.0.0.1/x\"}",
        "{\"id\":\"a\",\"address\":\"https://127.0.0.1/x\"}",
        "{\"id\":\"a\",\"type\":\"web_hook\"}",
        "{\"id\":\"a b\",\"type\":\"web_hook\",\"address\":\"https://127.0.0.1/x\"}",
        "{\"id\":\"a\",\"type\":\"email\",\"address\":\"https://127.0.0.1/x\"}",
        "{\"id\":\"a\",\"type\":\"web_hook\",\"address\":\"nowhere\"}",
        "{\"id\":\"a\",\"type\":\"web_hook\",\"address\":\"http://example.com/x\"}",
        "{\"id\":\"a\",\"type\":\"web_hook\",\"address\":\"https://127.0.0.1/x\",\"expiration\":1}",
        "{\"id\":\"a\",\"type\":\"web_hook\",\"address\":\"https://127.0.0.1/x\","
            + "\"params\":{\"ttl\":\"-5\"}}",
        "not json"
      })
  void wrongRequestsAreRefused(String body) throws IOException {
    assertThat(post(WATCH, body).status()).isEqualTo(400);
  }

  @Test
  void idsAndTokensHaveTheirLongestLength() throws IOException {
    assertThat(watch("i".repeat(65), "").status()).isEqualTo(400);
    assertThat(watch("i".repeat(64), "").status()).isEqualTo(200);
    assertThat(watch("j", "\"token\":\"" + "t".repeat(257) + "\"").status()).isEqualTo(400);
    assertThat(watch("j", "\"token\":\"" + "t".repeat(256) + "\"").status()).isEqualTo(200);
  }

  @Test
  void withoutPermissionPlainHttpIsRefused() throws IOException {
    try (Sandbox strict = Sandbox.start(SandboxOptions.defaults().withoutData())) {
      Client other = new Client(strict);
      Client.Answer answer =
          other.postJson(
              other.setting("google.calendar-base") + WATCH,
              other.accessToken(strict.users().get(0).calendarRefreshToken()),
              body("ch-1", ""));

      assertThat(answer.status()).isEqualTo(400);
      assertThat(answer.reason()).isEqualTo("push.webhookUrlNotHttps");
    }
    assertThat(received).isEmpty();
  }

  @Test
  void addressesElsewhereAreAcceptedButNeverCalled() throws IOException {
    String body = "{\"id\":\"far\",\"type\":\"web_hook\",\"address\":\"https://192.0.2.1/hook\"}";

    assertThat(post(WATCH, body).status()).isEqualTo(200);
    assertThat(sandbox.channels().pushes())
        .extracting(Push::channelId, Push::status)
        .containsExactly(tuple("far", 0));
  }

  @Test
  void strangersAndOtherMethodsAreRefused() throws IOException {
    assertThat(post("/calendars/nobody/events/watch", body("x", "")).status()).isEqualTo(404);
    assertThat(client.calendar(token, WATCH).status()).isEqualTo(405);
    assertThat(client.calendar(token, "/channels/stop").status()).isEqualTo(405);
    List<Integer> statuses = new ArrayList<>();
    for (String path : List.of(WATCH, "/channels/stop")) {
      statuses.add(
          client
              .postJson(client.setting("google.calendar-base") + path, "ya29.none", body("x", ""))
              .status());
    }
    assertThat(statuses).containsExactly(401, 401);
  }

  private void change() {
    sandbox
        .calendars()
        .add(user.email(), "primary", EventDraft.allDay("Change", LocalDate.of(2026, 3, 9), 1));
  }

  private Client.Answer watch(String id, String more) throws IOException {
    return post(WATCH, body(id, more));
  }

  private String body(String id, String more) {
    return "{\"id\":\""
        + id
        + "\",\"type\":\"web_hook\",\"address\":\"http://127.0.0.1:"
        + application.getAddress().getPort()
        + "/hook\""
        + (more.isEmpty() ? "" : "," + more)
        + "}";
  }

  private Client.Answer post(String path, String body) throws IOException {
    return client.postJson(client.setting("google.calendar-base") + path, token, body);
  }

  private Client.Answer stop(String id, String resource) throws IOException {
    return post("/channels/stop", stopBody(id, resource));
  }

  private static String stopBody(String id, String resource) {
    return "{\"id\":\"" + id + "\",\"resourceId\":\"" + resource + "\"}";
  }
}
