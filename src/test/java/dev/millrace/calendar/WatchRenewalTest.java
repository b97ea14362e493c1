package dev.millrace.calendar;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.TestClock;
import dev.millrace.account.ConfigurationException;
import dev.millrace.account.GoogleUnavailableException;
import dev.millrace.account.Integration;
import dev.millrace.account.UnauthorizedException;
import dev.millrace.job.JobBeans;
import dev.millrace.job.PermanentException;
import dev.millrace.job.Rows;
import dev.millrace.job.SandboxBeans;
import dev.millrace.job.SkippedException;
import dev.millrace.job.WaitException;
import dev.millrace.sandbox.SandboxOptions;
import dev.millrace.sandbox.SandboxUser;
import dev.millrace.sandbox.http.Fault;
import dev.millrace.sandbox.http.Service;
import dev.millrace.setting.PublicBaseUrl;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class WatchRenewalTest {

  private final TestClock clock = new TestClock("2026-03-02T06:00:00Z");
  private SandboxBeans world;
  private JobBeans beans;
  private Rows rows;
  private WatchRenewal renewal;
  private SandboxUser person;
  private UUID user;
  private UUID connection;
  private UUID calendar;

  @BeforeEach
  void start() {
    start(Map.of());
  }

  private void start(Map<String, Object> settings) {
    world =
        new SandboxBeans(
            SandboxOptions.defaults().clock(clock).withoutData(),
            settings,
            "dev.millrace.account",
            "dev.millrace.calendar");
    beans = world.beans;
    rows = beans.rows();
    renewal = beans.get(WatchRenewal.class);
    person = world.sandbox.users().getFirst();
    user = rows.user(person.email(), "UTC");
    connection = world.connect(person, user, Integration.GOOGLE_CALENDAR);
    calendar = rows.calendar(connection);
  }

  @AfterEach
  void stop() {
    world.close();
  }

  @Test
  void shouldOpenAChannelAndAskForASync() {
    WatchRenewal.Renewed renewed = renew("missing");

    assertThat(renewed.result()).containsEntry("outcome", "renewed");
    assertThat(renewed.syncs())
        .containsExactly(
            Map.of(
                "userId", user.toString(),
                "connectionId", connection.toString(),
                "calendarId", calendar.toString(),
                "trigger", "renewal"));
    assertThat(channels()).containsExactly("active 2026-03-09 06:00 resource");
    assertThat(world.sandbox.channels().live(person.email()))
        .containsExactly(beans.text("SELECT id FROM watch_channels"));
    assertThat(beans.text("SELECT length(token_sha256) FROM watch_channels")).isEqualTo("32");
  }

  @Test
  void shouldAskForASweepOnlyWhileThereIsSomethingToDo() {
    assertThat(renewal.due()).as("no channel yet").isTrue();
    renew("missing");
    assertThat(renewal.due()).isFalse();

    rows.add(
        """
        INSERT INTO watch_channels (id, calendar_id, token_sha256, state, created_at)
        VALUES (:id, :a, '\\x01', 'pending', CAST(:b AS timestamptz) - interval '16 minutes')
        """,
        calendar,
        clock.instant().toString());
    assertThat(renewal.due()).as("left by a crash").isTrue();
    renewal.sweep();
    assertThat(renewal.due()).isFalse();

    clock.advance(Duration.ofDays(5).plusMinutes(1));
    assertThat(renewal.due()).as("ends within 48 hours").isTrue();
  }

  @Test
  void shouldTrustTheTimeThatGoogleAnswers() {
    world.sandbox.channels().limitLife(Duration.ofHours(60));

    renew("missing");

    assertThat(channels()).containsExactly("active 2026-03-04 18:00 resource");
  }

  @Test
  void shouldRenewAShortLivedChannelAtHalfTimeAndNotEveryHour() {
    world.sandbox.channels().limitLife(Duration.ofHours(36));
    renew("missing");
    for (int hour = 0; hour < 18; hour++) {
      clock.advance(Duration.ofHours(1));
      assertThat(renewal.due()).as("after %d hours", hour + 1).isFalse();
      assertThatThrownBy(() -> renew("expiring")).isInstanceOf(SkippedException.class);
    }

    clock.advance(Duration.ofSeconds(1));

    assertThat(renewal.due()).isTrue();
    assertThat(renew("expiring").result()).containsEntry("outcome", "renewed");
  }

  @Test
  void shouldLetAChannelBeThatLivesLongEnough() {
    renew("missing");

    assertThatThrownBy(() -> renew("expiring"))
        .isInstanceOf(SkippedException.class)
        .hasMessageContaining("still_live");
    assertThat(channels()).hasSize(1);
  }

  @Test
  void shouldReplaceAnEndingChannelAndStopTheOldOne() {
    renew("missing");
    String old = beans.text("SELECT id FROM watch_channels");
    clock.advance(Duration.ofDays(5).plusMinutes(1));

    renew("expiring");

    assertThat(channels())
        .containsExactly("active 2026-03-14 06:01 resource", "stopped 2026-03-09 06:00 resource");
    assertThat(world.sandbox.channels().live(person.email())).hasSize(1).doesNotContain(old);
  }

  @Test
  void shouldReplaceADeafChannelThoughItLives() {
    renew("missing");
    clock.advance(Duration.ofMinutes(16));

    renew("unconfirmed");

    assertThat(channels())
        .extracting(text -> text.split(" ")[0])
        .containsExactly("active", "stopped");
    assertThatThrownBy(() -> renew("unconfirmed"))
        .as("a job that comes twice finds a new channel")
        .isInstanceOf(SkippedException.class);
  }

  @Test
  void shouldKeepTheOldChannelInChargeWhileGoogleIsAway() {
    renew("missing");
    clock.advance(Duration.ofDays(6));
    world.sandbox.faults().add(Fault.serverError(Service.CALENDAR, 503).onPath("watch"));

    assertThatThrownBy(() -> renew("expiring")).isInstanceOf(GoogleUnavailableException.class);

    assertThat(channels()).containsExactly("active 2026-03-09 06:00 resource", "pending null null");
    assertThat(renew("expiring").result()).containsEntry("outcome", "renewed");
  }

  @Test
  void shouldWaitAsLongAsGoogleAsks() {
    world
        .sandbox
        .faults()
        .add(Fault.tooManyRequests(Service.CALENDAR, Duration.ofSeconds(120)).onPath("watch"));

    assertThatThrownBy(() -> renew("missing"))
        .isInstanceOfSatisfying(
            WaitException.class,
            wait -> assertThat(wait.until()).isEqualTo("2026-03-02T06:02:00Z"));
  }

  @Test
  void shouldTryOnceMoreWithAnotherIdWhereGoogleKnowsTheFirst() {
    world
        .sandbox
        .faults()
        .add(Fault.answer(Service.CALENDAR, 400, "channelIdNotUnique").onPath("watch"));

    assertThat(renew("missing").result()).containsEntry("outcome", "renewed");
    assertThat(channels())
        .extracting(text -> text.split(" ")[0])
        .containsExactly("active", "failed");
  }

  @Test
  void shouldRenewARefusedTokenOnce() {
    world.sandbox.faults().add(Fault.unauthorized(Service.CALENDAR).onPath("watch"));

    assertThat(renew("missing").result()).containsEntry("outcome", "renewed");
  }

  @Test
  void shouldNotAskForAForbiddenChannelEveryHour() {
    refuse(403, "forbidden", 2);

    assertThat(renew("missing").result()).containsEntry("outcome", "forbidden");

    assertThat(renewal.due()).isFalse();
    assertThatThrownBy(() -> renew("missing"))
        .isInstanceOf(SkippedException.class)
        .hasMessageContaining("refused_lately");
    assertThat(beans.get(Calendars.class).withoutChannel(connection, false))
        .as("a sync does not ask either")
        .isEmpty();
    assertThat(beans.get(Calendars.class).withoutChannel(connection, true)).hasSize(1);
    assertThat(beans.get(ChannelHealthCheck.class).check().renewals()).isEmpty();
    assertThat(renew("connect").result())
        .as("the user may have granted more")
        .containsEntry("outcome", "forbidden");
    clock.advance(Duration.ofHours(24));
    assertThat(renewal.due()).isTrue();
    assertThat(renew("missing").result()).containsEntry("outcome", "renewed");
  }

  @Test
  void shouldAskTheUserToConnectAgainWhereTheScopeForPushIsMissing() {
    refuse(403, "insufficientPermissions", 1);

    WatchRenewal.Renewed renewed = renew("missing");

    assertThat(renewed.result()).containsEntry("skippedReason", "scope_missing");
    assertThat(renewed.reminders()).containsExactly(Map.of("connectionId", connection.toString()));
    assertThat(beans.text("SELECT status FROM google_connections")).isEqualTo("needs_reauth");
  }

  @Test
  void shouldNotAskEveryHourWhereGoogleRefusesFreshTokens() {
    world.sandbox.faults().add(Fault.unauthorized(Service.CALENDAR).onPath("watch").times(4));

    assertThatThrownBy(() -> renew("missing", 0)).isInstanceOf(UnauthorizedException.class);
    assertThat(renewal.due()).as("it may have passed").isTrue();

    assertThat(renew("missing", 1).result()).containsEntry("skippedReason", "http_401");
    assertThat(renewal.due()).isFalse();
  }

  @Test
  void shouldTellTheOperatorOfOurOwnMisconfigurationThoughOnlyRenewalsMeetIt() {
    refuse(403, "accessNotConfigured", 1);

    assertThatThrownBy(() -> renew("missing")).isInstanceOf(ConfigurationException.class);

    assertThat(open()).singleElement().asString().startsWith("google_api_disabled");
  }

  private void refuse(int status, String reason, int times) {
    world
        .sandbox
        .faults()
        .add(Fault.answer(Service.CALENDAR, status, reason).onPath("watch").times(times));
  }

  @Test
  void shouldRememberACalendarThatKnowsNoPush() {
    world
        .sandbox
        .calendars()
        .createGenerated(person.email(), "holidays@group", "Holidays", ZoneId.of("UTC"));
    rows.add("UPDATE calendars SET google_id = 'holidays@group' WHERE id = :a", calendar);

    assertThat(renew("missing").result()).containsEntry("outcome", "push_unsupported");

    assertThat(beans.text("SELECT push_unsupported FROM calendars")).isEqualTo("t");
    assertThatThrownBy(() -> renew("missing"))
        .isInstanceOf(SkippedException.class)
        .hasMessageContaining("not_watchable");
  }

  @Test
  void shouldRememberACalendarThatIsGone() {
    rows.add("UPDATE calendars SET google_id = 'gone@group' WHERE id = :a", calendar);

    assertThat(renew("missing").result()).containsEntry("outcome", "calendar_gone");

    assertThat(beans.text("SELECT removed_at IS NOT NULL FROM calendars")).isEqualTo("t");
  }

  @Test
  void shouldHaveTheUserToldWhenTheGrantIsDead() {
    world.sandbox.grants().revoke(person.email());

    WatchRenewal.Renewed renewed = renew("missing");

    assertThat(renewed.result()).containsEntry("skippedReason", "invalid_grant");
    assertThat(renewed.reminders()).containsExactly(Map.of("connectionId", connection.toString()));
    assertThat(renewed.syncs()).isEmpty();
  }

  @Test
  void shouldSayThatPushIsDisabledWithoutAPublicHttpsAddress() {
    world.close();
    start(Map.of("app.public-base-url", "http://localhost:8080"));

    assertThatThrownBy(() -> renew("missing"))
        .isInstanceOf(SkippedException.class)
        .hasMessageContaining("push_disabled");
    assertThatThrownBy(() -> renewal.sweep()).hasMessageContaining("push_disabled");
    assertThat(world.sandbox.requests().all()).isEmpty();
    assertThat(channels()).isEmpty();
  }

  @Test
  void shouldFindWhatHasNoLastingChannelAndStopWhatWasReplaced() {
    renew("missing");
    rows.add("UPDATE watch_channels SET state = 'superseded' WHERE calendar_id = :a", calendar);
    UUID other =
        rows.calendar(rows.connection(rows.user("other@example.org", "UTC"), "google_calendar"));
    rows.add(
        """
        INSERT INTO watch_channels (id, calendar_id, token_sha256, state, created_at, expires_at)
        VALUES (:id, :a, '\\x00', 'active', '2026-02-25T05:59:00Z', '2026-03-04T05:59:00Z')
        """,
        other);

    WatchRenewal.Swept swept = renewal.sweep();

    assertThat(swept.renewals())
        .containsExactly(
            List.of(
                Map.of("calendarId", calendar.toString(), "reason", "missing"),
                Map.of("calendarId", other.toString(), "reason", "expiring")));
    assertThat(swept.result()).containsEntry("stopped", 1);
    assertThat(world.sandbox.channels().live(person.email())).isEmpty();
  }

  @Test
  void shouldGiveUpStoppingAfterFiveTries() {
    renew("missing");
    rows.add("UPDATE watch_channels SET state = 'superseded' WHERE calendar_id = :a", calendar);
    world.sandbox.faults().add(Fault.serverError(Service.CALENDAR, 503).onPath("stop").times(10));

    for (int sweep = 0; sweep < 7; sweep++) {
      assertThat(renewal.sweep().result()).containsEntry("stopped", 0);
    }

    assertThat(beans.text("SELECT stop_attempts FROM watch_channels")).isEqualTo("5");
    assertThat(world.sandbox.requests().count(Service.CALENDAR, "stop")).isEqualTo(5);
  }

  @Test
  void shouldHaveWhatChangedBetweenTwoChannelsRead() {
    renew("missing");

    assertThat(beans.text("SELECT wanted_at = '2026-03-02T06:00:00Z' FROM calendars"))
        .isEqualTo("t");
  }

  @Test
  void shouldStillBePushedAWeekAfterConnectingBecauseGoogleCanReadTheToken() {
    renew("missing");
    clock.advance(Duration.ofDays(6));

    assertThat(renew("expiring").result()).containsEntry("outcome", "renewed");

    assertThat(world.sandbox.channels().live(person.email())).hasSize(1);
    assertThat(channels())
        .as("Google took the token for opening and for stopping")
        .extracting(text -> text.split(" ")[0])
        .containsExactly("active", "stopped");
  }

  @Test
  void shouldHavePushAtEveryMomentThoughRenewalFailsForADay() {
    renew("missing");
    clock.advance(Duration.ofDays(5).plusMinutes(1));
    world.sandbox.faults().add(Fault.serverError(Service.CALENDAR, 503).onPath("watch").times(24));
    for (int hour = 0; hour < 24; hour++) {
      assertThat(renewal.sweep().renewals().getFirst())
          .containsExactly(Map.of("calendarId", calendar.toString(), "reason", "expiring"));
      assertThatThrownBy(() -> renew("expiring")).isInstanceOf(GoogleUnavailableException.class);
      assertThat(world.sandbox.channels().live(person.email())).hasSize(1);
      clock.advance(Duration.ofHours(1));
    }

    assertThat(renew("expiring").result()).containsEntry("outcome", "renewed");

    assertThat(world.sandbox.channels().live(person.email())).hasSize(1);
    renewal.sweep();
    assertThat(beans.texts("SELECT state FROM watch_channels WHERE resource_id IS NOT NULL"))
        .containsExactlyInAnyOrder("active", "stopped");
  }

  @Test
  void shouldStopAChannelThatACrashLeftOpenAtGoogle() {
    renew("missing");
    // what a crash leaves between Google's answer and ours: only the first message told the
    // resource
    rows.add(
        "UPDATE watch_channels SET state = 'pending', expires_at = NULL WHERE calendar_id = :a",
        calendar);
    rows.add(
        """
        INSERT INTO watch_channels (id, calendar_id, token_sha256, state, created_at)
        VALUES (:id, :a, '\\x00', 'pending', '2026-03-02T06:00:00Z')
        """,
        calendar);
    clock.advance(Duration.ofMinutes(15));
    assertThat(renewal.sweep().result())
        .as("it may still be at work")
        .containsEntry("abandoned", 0);
    rows.add("UPDATE calendars SET push_unsupported = true WHERE id = :a", calendar);
    assertThat(renewal.due()).as("nothing to renew, to stop or to clear up").isFalse();
    clock.advance(Duration.ofSeconds(1));
    assertThat(renewal.due()).as("what the crash left").isTrue();
    rows.add("UPDATE calendars SET push_unsupported = false WHERE id = :a", calendar);

    WatchRenewal.Swept swept = renewal.sweep();

    assertThat(swept.result()).containsEntry("abandoned", 2).containsEntry("stopped", 1);
    assertThat(beans.texts("SELECT state FROM watch_channels ORDER BY state"))
        .containsExactly("failed", "stopped");
    assertThat(world.sandbox.channels().live(person.email())).isEmpty();
    assertThat(swept.renewals().getFirst())
        .containsExactly(Map.of("calendarId", calendar.toString(), "reason", "missing"));
  }

  @Test
  void shouldStopTheNewChannelOfACalendarThatWasDeselectedMeanwhile() {
    rows.add("UPDATE calendars SET selected = true WHERE id = :a", calendar);
    WatchChannels channels = beans.get(WatchChannels.class);
    UUID channel = UUID.randomUUID();
    channels.addPending(channel, calendar, new byte[32], "missing");
    rows.add("UPDATE calendars SET selected = false WHERE id = :a", calendar);

    assertThat(channels.activate(channel, calendar, "resource", clock.instant())).isFalse();

    assertThat(beans.text("SELECT state FROM watch_channels")).isEqualTo("pending");
    assertThat(beans.text("SELECT wanted_at IS NULL FROM calendars")).isEqualTo("t");
  }

  /** The user disconnects while Google opens a channel. */
  @Test
  void shouldNotPutAChannelInChargeThatOutlivesItsConnection() {
    WatchChannels channels = beans.get(WatchChannels.class);
    UUID channel = UUID.randomUUID();
    channels.addPending(channel, calendar, new byte[32], "missing");
    rows.add("UPDATE google_connections SET status = 'disconnected' WHERE id = :a", connection);

    assertThat(channels.activate(channel, calendar, "resource", clock.instant())).isFalse();

    beans.get(Calendars.class).empty(connection);
    assertThat(beans.text("SELECT state FROM watch_channels")).isEqualTo("failed");
    rows.add("UPDATE google_connections SET status = 'active' WHERE id = :a", connection);
    assertThat(channels.activate(channel, calendar, "resource", clock.instant()))
        .as("though the user connected again meanwhile")
        .isFalse();
  }

  @Test
  void shouldNotHearAChannelWhoseConnectionEnded() {
    WatchChannels channels = beans.get(WatchChannels.class);
    UUID channel = UUID.randomUUID();
    channels.addPending(channel, calendar, ChannelToken.hash("secret"), "missing");
    PushMessages messages = beans.get(PushMessages.class);
    PushMessage message = new PushMessage(channel, 10, "exists", "resource", "secret");
    assertThat(messages.judge(message).verdict()).isEqualTo(HeardMessage.Verdict.CHANGED);

    rows.add("UPDATE google_connections SET status = 'disconnected' WHERE id = :a", connection);

    assertThat(messages.judge(message).verdict()).isEqualTo(HeardMessage.Verdict.IGNORED);
  }

  @Test
  void shouldAskForTwoHundredAtMostAndNotStarveAnybodyForTheSakeOfThoseWhoFail() {
    UUID owner = rows.connection(rows.user("many@example.org", "UTC"), "google_calendar");
    rows.add(
        """
        INSERT INTO calendars (connection_id, user_id, google_id, name, selected)
        SELECT g.id, g.user_id, 'calendar' || n, 'Calendar', true
        FROM google_connections g, generate_series(1, 250) n WHERE g.id = :a
        """,
        owner);
    rows.add(
        """
        INSERT INTO watch_channels (id, calendar_id, token_sha256, state, health, created_at)
        SELECT gen_random_uuid(), k.id, '\\x00', 'failed', 'failed', CAST(:a AS timestamptz)
        FROM calendars k WHERE google_id <> 'calendar250'
        """,
        "2026-03-02T05:00:00Z");
    String fresh = beans.text("SELECT id FROM calendars WHERE google_id = 'calendar250'");

    WatchRenewal.Swept swept = renewal.sweep();

    assertThat(swept.result()).containsEntry("renewals", 200);
    assertThat(swept.renewals()).hasSize(2);
    assertThat(swept.renewals().getFirst().getFirst()).containsEntry("calendarId", fresh);
  }

  @Test
  void shouldTellTheOperatorWhenRenewalsFailAndTakeItBackWhenTheyDoNot() {
    UUID owner = rows.connection(rows.user("many@example.org", "UTC"), "google_calendar");
    rows.add(
        """
        INSERT INTO calendars (connection_id, user_id, google_id, name, selected)
        SELECT g.id, g.user_id, 'calendar' || n, 'Calendar', true
        FROM google_connections g, generate_series(1, 20) n WHERE g.id = :a
        """,
        owner);
    rows.add(
        """
        INSERT INTO watch_channels (id, calendar_id, token_sha256, state, health, created_at,
                                    expires_at)
        SELECT gen_random_uuid(), k.id, '\\x00', CASE WHEN few THEN 'failed' ELSE 'active' END,
               CASE WHEN few THEN 'failed' ELSE 'ok' END, CAST(:a AS timestamptz),
               CAST(:b AS timestamptz)
        FROM (SELECT id, google_id IN ('calendar1', 'calendar2') AS few FROM calendars
              WHERE google_id LIKE 'calendar%') k
        """,
        "2026-03-02T05:00:00Z", "2026-03-09T05:00:00Z");

    renewal.sweep();
    assertThat(open())
        .containsExactly("webhook_renewals_failing {\"failed\": 2, \"calendars\": 20}");

    rows.add(
        """
        INSERT INTO watch_channels (id, calendar_id, token_sha256, state, created_at, expires_at)
        SELECT gen_random_uuid(), k.id, '\\x00', 'active', CAST(:a AS timestamptz),
               CAST(:b AS timestamptz)
        FROM calendars k WHERE google_id = 'calendar1'
        """,
        "2026-03-02T05:30:00Z",
        "2026-03-09T05:30:00Z");
    renewal.sweep();
    assertThat(open()).as("one of twenty is 5 %").isEmpty();
  }

  @Test
  void shouldCountChannelsAndRenewals() {
    renew("missing");
    clock.advance(Duration.ofDays(6).plusMinutes(1));
    assertThatThrownBy(() -> renewal.renew(Map.of("calendarId", UUID.randomUUID().toString()), 0))
        .isInstanceOf(SkippedException.class);

    renewal.sweep();

    MeterRegistry meters = beans.get(MeterRegistry.class);
    assertThat(meters.get("webhook.renewals").tag("outcome", "renewed").counter().count()).isOne();
    assertThat(meters.get("webhook.renewals").tag("outcome", "skipped").counter().count()).isOne();
    assertThat(meters.get("channels").tag("state", "active").gauge().value()).isOne();
    assertThat(meters.get("channels").tag("state", "failed").gauge().value()).isZero();
    assertThat(meters.get("channels.expiring.24h").gauge().value()).isOne();
    assertThat(meters.get("external.calls").tag("service", "google_calendar").counter().count())
        .isOne();
  }

  @Test
  void shouldBePushedThoughThePublicAddressEndsWithASlash() {
    assertThat(new PushEndpoint(new PublicBaseUrl(" https://millrace.example/ ")).address())
        .hasToString("https://millrace.example/api/webhooks/calendar");
  }

  @Test
  void shouldNameAReasonThatIsNone() {
    assertThatThrownBy(() -> renew("because"))
        .isInstanceOf(PermanentException.class)
        .hasMessageContaining("'reason'")
        .hasMessageContaining("because")
        .hasMessageContaining("unconfirmed");
  }

  private List<String> open() {
    return beans.texts(
        "SELECT kind || ' ' || detail FROM admin_alerts WHERE closed_at IS NULL ORDER BY kind");
  }

  private WatchRenewal.Renewed renew(String reason) {
    return renew(reason, 0);
  }

  private WatchRenewal.Renewed renew(String reason, int attemptsMade) {
    return renewal.renew(Map.of("calendarId", calendar.toString(), "reason", reason), attemptsMade);
  }

  private List<String> channels() {
    return beans.texts(
        """
        SELECT state || ' ' || coalesce(to_char(expires_at AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI'),
               'null') || CASE WHEN resource_id IS NULL THEN ' null' ELSE ' resource' END
        FROM watch_channels ORDER BY state
        """);
  }
}
