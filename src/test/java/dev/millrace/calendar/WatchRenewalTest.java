package dev.millrace.calendar;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.TestClock;
import dev.millrace.account.GoogleUnavailableException;
import dev.millrace.account.Integration;
import dev.millrace.job.JobBeans;
import dev.millrace.job.Rows;
import dev.millrace.job.SandboxBeans;
import dev.millrace.job.SkippedException;
import dev.millrace.job.WaitException;
import dev.millrace.sandbox.SandboxOptions;
import dev.millrace.sandbox.SandboxUser;
import dev.millrace.sandbox.http.Fault;
import dev.millrace.sandbox.http.Service;
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
  void shouldTrustTheTimeThatGoogleAnswers() {
    world.sandbox.channels().limitLife(Duration.ofHours(60));

    renew("missing");

    assertThat(channels()).containsExactly("active 2026-03-04 18:00 resource");
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
        INSERT INTO watch_channels (id, calendar_id, token_sha256, state, expires_at)
        VALUES (:id, :a, '\\x00', 'active', '2026-03-04T05:59:00Z')
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

  private WatchRenewal.Renewed renew(String reason) {
    return renewal.renew(Map.of("calendarId", calendar.toString(), "reason", reason));
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
