package dev.millrace.routes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.millrace.account.Integration;
import dev.millrace.account.TokenProvider;
import dev.millrace.sandbox.SandboxUser;
import dev.millrace.sandbox.calendar.EventDraft;
import dev.millrace.sandbox.calendar.Push;
import dev.millrace.sandbox.http.Fault;
import dev.millrace.sandbox.http.Service;
import java.io.ByteArrayInputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.time.ZonedDateTime;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.data.redis.core.RedisCallback;

/** From Google's message to the job that reads the calendar. */
class WebhookCalendarRouteTest extends RunningMillrace {

  private static final Duration BURST = Duration.ofSeconds(30);

  private final SandboxUser person = SANDBOX.users().get(2);

  @Autowired TokenProvider tokens;
  @LocalServerPort int port;

  private UUID user;
  private UUID connection;
  private UUID calendar;
  private Pusher google;

  @BeforeEach
  void connect() {
    user = user(person);
    connection = connect(user, person, Integration.GOOGLE_CALENDAR);
    calendar =
        rows.add(
            """
            INSERT INTO calendars (id, connection_id, user_id, google_id, name, selected, is_primary)
            VALUES (:id, :a, :b, :c, 'Calendar', true, true)
            """,
            connection,
            user,
            person.email());
    google = new Pusher(port, jdbc);
  }

  @Test
  void shouldHaveACalendarReadSecondsAfterItChanged() throws Exception {
    UUID channel = google.channel(calendar, "active");

    HttpResponse<String> answer = google.send(Pusher.headers(channel, 10, "exists"));

    assertThat(answer.statusCode()).isEqualTo(204);
    assertThat(answer.body()).isEmpty();
    assertThat(answer.headers().map().keySet()).noneMatch(name -> name.startsWith("x-goog"));
    assertThat(added("calendar-sync"))
        .containsExactly(
            json.valueToTree(
                Map.of(
                    "userId", user,
                    "connectionId", connection,
                    "calendarId", calendar,
                    "trigger", "webhook")));
    assertThat(delayed("calendar-sync")).hasSize(1);
    assertThat(messages()).containsExactly("10 exists accepted");
    assertThat(wanted()).isTrue();
    assertThat(
            text(
                "SELECT last_message_no || ' ' || (last_message_at IS NOT NULL) FROM watch_channels"))
        .isEqualTo("10 true");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "another secret", "the secret of the channel ", "the secret of the channe"})
  void shouldNotLetWhoeverKnowsAChannelStartSyncsOfItsUser(String token) throws Exception {
    UUID channel = google.channel(calendar, "active");
    Map<String, String> headers = Pusher.headers(channel, 10, "exists");
    headers.remove("X-Goog-Channel-Token");
    if (!token.isEmpty()) {
      // what a header's value ends with in spaces is no part of it
      headers.put("X-Goog-Channel-Token", token.endsWith(" ") ? token.replace(' ', '_') : token);
    }

    assertThat(google.send(headers).statusCode()).isEqualTo(200);

    assertThat(messages()).containsExactly("10 exists bad_token");
    assertThat(offered("calendar-sync")).isZero();
    assertThat(wanted()).isFalse();
    assertThat(text("SELECT last_message_no FROM watch_channels")).isEqualTo("0");
  }

  @Test
  void shouldNotLetStrangersFillTheDisk() throws Exception {
    rows.add(
        """
        INSERT INTO webhook_messages (channel_id, message_no, state, result)
        SELECT :id, n, 'exists', 'unknown_channel' FROM generate_series(1, 1000) n""");

    assertThat(google.send(Pusher.headers("stranger", 3, "exists")).statusCode()).isEqualTo(200);

    assertThat(text("SELECT count(*) FROM webhook_messages")).isEqualTo("1000");
    UUID channel = google.channel(calendar, "active");
    assertThat(google.send(Pusher.headers(channel, 1, "exists")).statusCode()).isEqualTo(204);
    assertThat(text("SELECT count(*) FROM webhook_messages")).isEqualTo("1001");
  }

  @ParameterizedTest
  @ValueSource(strings = {"5f0c9c3e-6f0e-4c5e-9d2b-0b8f5a1c7d11", "my-channel", "1-1-1-1-1"})
  void shouldNotAskGoogleToRepeatWhatNobodyKnows(String channel) throws Exception {
    assertThat(google.send(Pusher.headers(channel, 3, "exists")).statusCode()).isEqualTo(200);

    assertThat(messages()).containsExactly("3 exists unknown_channel");
    assertThat(offered("calendar-sync")).isZero();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "X-Goog-Channel-ID",
        "X-Goog-Message-Number",
        "X-Goog-Resource-ID",
        "X-Goog-Resource-State"
      })
  void shouldNameTheHeaderThatIsMissing(String header) throws Exception {
    Map<String, String> headers = Pusher.headers(google.channel(calendar, "active"), 10, "exists");
    headers.remove(header);

    HttpResponse<String> answer = google.send(headers);

    assertThat(answer.statusCode()).isEqualTo(400);
    assertThat(answer.headers().firstValue("Content-Type")).hasValue("application/problem+json");
    assertThat(json.readTree(answer.body()).at("/errors/0/field").asText()).isEqualTo(header);
    assertThat(messages()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"-1", "ten", "1e3", "9999999999999999999"})
  void shouldNameANumberThatIsNone(String number) throws Exception {
    Map<String, String> headers = Pusher.headers(UUID.randomUUID(), 10, "exists");
    headers.put("X-Goog-Message-Number", number);

    HttpResponse<String> answer = google.send(headers);

    assertThat(answer.statusCode()).isEqualTo(400);
    assertThat(json.readTree(answer.body()).at("/errors/0").toString())
        .contains("X-Goog-Message-Number", number, "whole number");
  }

  @Test
  void shouldCountARepeatedMessageOnce() throws Exception {
    UUID channel = google.channel(calendar, "active");

    assertThat(google.exists(channel, 10)).isEqualTo(204);
    assertThat(google.exists(channel, 10)).isEqualTo(204);
    assertThat(google.exists(channel, 12)).isEqualTo(204);
    assertThat(google.exists(channel, 10)).isEqualTo(204);

    assertThat(messages())
        .containsExactly(
            "10 exists accepted",
            "10 exists duplicate",
            "12 exists accepted",
            "10 exists duplicate");
  }

  @Test
  void shouldKnowAMessageByItsRowWhenRedisHasForgottenIt() throws Exception {
    UUID channel = google.channel(calendar, "active");
    google.exists(channel, 10);
    redis.delete(redis.keys("millrace:webhook:*"));

    assertThat(google.exists(channel, 10)).isEqualTo(204);

    assertThat(messages()).containsExactly("10 exists accepted", "10 exists duplicate");
  }

  @Test
  void shouldHearMessagesThatComeOutOfOrder() throws Exception {
    UUID channel = google.channel(calendar, "active");

    google.exists(channel, 12);
    google.exists(channel, 7);

    assertThat(messages()).containsExactly("12 exists accepted", "7 exists accepted");
    assertThat(text("SELECT last_message_no FROM watch_channels")).isEqualTo("12");
  }

  @ParameterizedTest
  @CsvSource({
    "pending, 204, accepted",
    "active, 204, accepted",
    "superseded, 204, accepted",
    "stopped, 204, ignored",
    "failed, 204, ignored",
  })
  void shouldHearChannelsAsLongAsTheyOverlapAndNoLonger(String state, int status, String result)
      throws Exception {
    UUID channel = google.channel(calendar, state);

    assertThat(google.exists(channel, 10)).isEqualTo(status);

    assertThat(messages()).containsExactly("10 exists " + result);
    assertThat(offered("calendar-sync")).isEqualTo(result.equals("accepted") ? 1 : 0);
  }

  @Test
  void shouldNotReadACalendarThatTheUserDeselected() throws Exception {
    UUID channel = google.channel(calendar, "superseded");
    rows.add("UPDATE calendars SET selected = false WHERE id = :a", calendar);

    assertThat(google.exists(channel, 10)).isEqualTo(204);

    assertThat(messages()).containsExactly("10 exists ignored");
    assertThat(offered("calendar-sync")).isZero();
  }

  @Test
  void shouldConfirmAChannelBeforeGoogleHasAnsweredThatItIsOpen() throws Exception {
    rows.add(
        """
        INSERT INTO admin_alerts (kind, dedup_key)
        VALUES ('webhook_endpoint_unreachable', 'webhook_endpoint_unreachable')
        """);
    UUID channel = google.channel(calendar, "pending");

    assertThat(google.send(Pusher.headers(channel, 1, "sync")).statusCode()).isEqualTo(204);

    assertThat(messages()).containsExactly("1 sync confirmed");
    assertThat(
            text(
                "SELECT state || ' ' || resource_id FROM watch_channels WHERE confirmed_at IS NOT NULL"))
        .isEqualTo("pending " + Pusher.RESOURCE);
    assertThat(offered("calendar-sync")).as("nothing has changed").isZero();
    assertThat(text("SELECT closed_at IS NOT NULL FROM admin_alerts"))
        .as("Google reaches us again")
        .isEqualTo("t");
  }

  @Test
  void shouldNotReadABodyHoweverLargeItIs() throws Exception {
    UUID channel = google.channel(calendar, "active");
    byte[] body = new byte[1_500_000];
    Map<String, String> headers = Pusher.headers(channel, 10, "exists");
    headers.put("Content-Type", "application/x-www-form-urlencoded");

    assertThat(google.send(headers, BodyPublishers.ofByteArray(body)).statusCode()).isEqualTo(204);
    headers.put("X-Goog-Message-Number", "11");
    headers.put("Content-Type", "multipart/form-data; boundary=x");
    assertThat(
            google
                .send(headers, BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(body)))
                .statusCode())
        .isEqualTo(204);

    assertThat(messages()).containsExactly("10 exists accepted", "11 exists accepted");
  }

  @ParameterizedTest
  @ValueSource(strings = {"GET", "PUT", "DELETE"})
  void shouldBeOpenForNothingButMessages(String method) throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("http://localhost:" + port + "/api/webhooks/calendar"))
            .method(method, BodyPublishers.noBody())
            .build();

    assertThat(HttpClient.newHttpClient().send(request, BodyHandlers.ofString()).statusCode())
        .isEqualTo(401);
  }

  @Test
  void shouldCostFewCommandsAMessage() throws Exception {
    UUID channel = google.channel(calendar, "active");
    google.exists(channel, 1);

    assertThat(commands(() -> google.exists(channel, 2)))
        .as("a look, the adding of a job that merges with the one that waits, a mark")
        .isEqualTo(
            Map.of(
                "get", 2L, "evalsha", 1L, "incrby", 1L, "set", 2L, "pttl", 1L, "exists", 1L, "lpos",
                1L, "hmget", 1L, "xadd", 1L));
    assertThat(commands(() -> google.exists(channel, 2)))
        .as("a repeat is a look")
        .isEqualTo(Map.of("get", 1L));
    assertThat(commands(() -> google.exists(UUID.randomUUID(), 1)))
        .as("a stranger costs none")
        .isEmpty();
  }

  @Test
  void shouldMakeABurstOfChangesOneOrTwoSyncs() throws Exception {
    watch();
    for (int change = 0; change < 20; change++) {
      event("change " + change);
    }

    awaitRead(20);
    awaitIdle();
    assertThat(syncs()).isBetween(1, 2);
    await().untilAsserted(() -> assertThat(wanted()).as("all of it was read").isFalse());
    assertThat(
            jdbc.sql("SELECT count(*) FROM webhook_messages WHERE result = 'accepted'")
                .query(Integer.class)
                .single())
        .isEqualTo(20);
  }

  @Test
  void shouldNotLoseAChangeThatIsMadeWhileTheLastPageIsRead() throws Exception {
    watch();
    SANDBOX.requests().clear();
    SANDBOX.faults().add(Fault.slow(Service.CALENDAR, Duration.ofSeconds(2)).onPath("events"));
    event("first");
    await().atMost(BURST).until(() -> SANDBOX.requests().count(Service.CALENDAR, "/events") > 0);

    event("while it is read");

    await().atMost(BURST).until(() -> syncs() == 2);
    awaitRead(2);
    awaitIdle();
    assertThat(delayed("calendar-sync")).isEmpty();
    assertThat(syncs()).as("exactly one further run").isEqualTo(2);
  }

  @Test
  void shouldTakeWhatGoogleDelivers() throws Exception {
    SANDBOX.channels().duplicateNext(1);
    UUID channel = watch();

    event("once");

    await().atMost(BURST).until(() -> messages().size() == 3);
    assertThat(messages().getFirst()).isEqualTo("1 sync confirmed");
    assertThat(messages().get(1)).endsWith("exists accepted");
    assertThat(messages().get(2)).endsWith("exists duplicate");
    assertThat(SANDBOX.channels().pushes())
        .filteredOn(push -> push.channelId().equals(channel.toString()))
        .extracting(Push::status)
        .containsOnly(204);
  }

  /** Has the sandbox watch the person's calendar, and push to this application. */
  private UUID watch() throws Exception {
    UUID channel = google.channel(calendar, "pending");
    HttpRequest request =
        HttpRequest.newBuilder(
                URI.create(
                    SANDBOX.properties().get("google.calendar-base")
                        + "/calendars/primary/events/watch"))
            .header("Authorization", "Bearer " + tokens.get(connection).value())
            .header("Content-Type", "application/json")
            .POST(
                BodyPublishers.ofString(
                    json.writeValueAsString(
                        Map.of(
                            "id",
                            channel,
                            "type",
                            "web_hook",
                            "token",
                            Pusher.TOKEN,
                            "address",
                            "http://localhost:" + port + "/api/webhooks/calendar"))))
            .build();
    assertThat(HttpClient.newHttpClient().send(request, BodyHandlers.ofString()).statusCode())
        .isEqualTo(200);
    assertThat(text("SELECT confirmed_at IS NOT NULL FROM watch_channels")).isEqualTo("t");
    rows.add("UPDATE watch_channels SET state = 'active' WHERE id = :a", channel);
    return channel;
  }

  private void event(String summary) {
    SANDBOX
        .calendars()
        .add(
            person.email(),
            "primary",
            EventDraft.timed(summary, ZonedDateTime.now().plusDays(1), Duration.ofHours(1)));
  }

  /** Other tests may have left events of this person. */
  private void awaitRead(int atLeast) {
    await()
        .atMost(BURST)
        .until(
            () ->
                jdbc.sql("SELECT count(*) FROM calendar_events WHERE user_id = :user")
                        .param("user", user)
                        .query(Integer.class)
                        .single()
                    >= atLeast);
  }

  private int syncs() {
    return jdbc.sql("SELECT count(*) FROM sync_runs WHERE connection_id = :id")
        .param("id", connection)
        .query(Integer.class)
        .single();
  }

  private boolean wanted() {
    return text("SELECT wanted_at IS NOT NULL FROM calendars").equals("t");
  }

  private List<String> messages() {
    return jdbc.sql(
            "SELECT message_no || ' ' || state || ' ' || result FROM webhook_messages ORDER BY id")
        .query(String.class)
        .list();
  }

  private String text(String sql) {
    return jdbc.sql(sql).query((rs, row) -> rs.getString(1)).single();
  }

  private interface Doing {
    void run() throws Exception;
  }

  /** Calls by command, those inside scripts included, without our own. */
  private Map<String, Long> commands(Doing what) throws Exception {
    redis.execute(
        (RedisCallback<Void>)
            connection -> {
              connection.serverCommands().resetConfigStats();
              return null;
            });
    what.run();
    Properties stats =
        redis.execute(
            (RedisCallback<Properties>)
                connection -> connection.serverCommands().info("commandstats"));
    Map<String, Long> calls = new TreeMap<>();
    stats.forEach(
        (name, text) -> {
          String command = name.toString().substring("cmdstat_".length());
          if (!command.equals("info") && !command.startsWith("config")) {
            calls.put(command, Long.parseLong(text.toString().replaceAll("calls=(\\d+).*", "$1")));
          }
        });
    return calls;
  }
}
