package dev.millrace.calendar;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.TestClock;
import dev.millrace.job.JobBeans;
import dev.millrace.job.Rows;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ChannelHealthCheckTest {

  private final TestClock clock = new TestClock("2026-03-10T06:00:00Z");
  private JobBeans beans;
  private Rows rows;
  private ChannelHealthCheck check;
  private UUID user;
  private UUID calendar;

  @BeforeEach
  void start() {
    start("https://millrace.example");
  }

  private void start(String publicBaseUrl) {
    beans =
        new JobBeans(
            clock,
            Map.of("app.public-base-url", publicBaseUrl),
            context ->
                context.register(
                    PushEndpoint.class,
                    Retention.class,
                    PushAlerts.class,
                    PushFailures.class,
                    ChannelChecks.class,
                    ChannelMeters.class,
                    ChannelHealthCheck.class),
            "dev.millrace.job");
    rows = beans.rows();
    check = beans.get(ChannelHealthCheck.class);
    user = rows.user("ann@example.org", "UTC");
    calendar = rows.calendar(rows.connection(user, "google_calendar"));
  }

  @AfterEach
  void stop() {
    beans.close();
  }

  @ParameterizedTest
  @CsvSource({
    // created, expires, confirmed, last message, finding (it is the 10th, 6:00)
    ",,,, MISSING",
    "2026-03-01T06:00:00Z, 2026-03-10T06:00:00Z, 2026-03-01T06:00:00Z, 2026-03-10T05:00:00Z, EXPIRED",
    "2026-03-01T06:00:00Z, 2026-03-11T05:59:00Z, 2026-03-01T06:00:00Z, 2026-03-10T05:00:00Z, EXPIRING",
    "2026-03-01T06:00:00Z, 2026-03-11T06:00:00Z, 2026-03-01T06:00:00Z, 2026-03-10T05:00:00Z, OK",
    // Google gave a day, which is renewed at half time
    "2026-03-09T14:00:00Z, 2026-03-10T14:00:00Z, 2026-03-09T14:00:00Z, 2026-03-10T05:00:00Z, OK",
    "2026-03-09T11:59:00Z, 2026-03-10T11:59:00Z, 2026-03-09T12:00:00Z, 2026-03-10T05:00:00Z, EXPIRING",
    "2026-03-10T05:44:00Z, 2026-03-17T05:44:00Z, , , UNCONFIRMED",
    "2026-03-10T05:46:00Z, 2026-03-17T05:46:00Z, , , OK",
    "2026-03-07T06:00:00Z, 2026-03-14T06:00:00Z, 2026-03-07T06:00:00Z, 2026-03-08T06:00:00Z, SILENT",
    "2026-03-07T06:00:00Z, 2026-03-14T06:00:00Z, 2026-03-07T06:00:00Z, 2026-03-08T06:01:00Z, OK",
    "2026-03-07T06:00:00Z, 2026-03-14T06:00:00Z, 2026-03-07T06:00:00Z, , SILENT",
    "2026-03-08T07:00:00Z, 2026-03-15T07:00:00Z, 2026-03-08T07:00:00Z, , OK",
  })
  void shouldTellSilenceFromTrouble(
      Instant created, Instant expires, Instant confirmed, Instant last, ChannelFinding finding) {
    assertThat(ChannelFinding.of(clock.instant(), created, expires, confirmed, last, false))
        .isEqualTo(finding);
  }

  @Test
  void shouldHaveWhatIsMissingOrEndingRenewed() {
    UUID ending = other("ending@example.org");
    channel(ending, "2026-03-04T06:00:00Z", "2026-03-11T05:00:00Z", "2026-03-04T06:00:00Z");

    ChannelHealthCheck.Checked checked = check.check();

    assertThat(checked.result())
        .containsEntry("checked", 2)
        .containsEntry("missing", 1)
        .containsEntry("expiring", 1);
    assertThat(checked.renewals().getFirst())
        .containsExactlyInAnyOrder(
            Map.of("calendarId", calendar.toString(), "reason", "missing"),
            Map.of("calendarId", ending.toString(), "reason", "expiring"));
    assertThat(checked.probes()).isEmpty();
  }

  @Test
  void shouldProbeASilentChannelInsteadOfReplacingIt() {
    channel(calendar, "2026-03-06T06:00:00Z", "2026-03-13T06:00:00Z", "2026-03-06T06:00:00Z");

    ChannelHealthCheck.Checked checked = check.check();

    assertThat(checked.renewals()).isEmpty();
    assertThat(checked.probes().getFirst())
        .singleElement()
        .satisfies(
            probe ->
                assertThat(probe)
                    .containsEntry("trigger", "probe")
                    .containsEntry("userId", user.toString())
                    .doesNotContainKey("calendarId"));
    assertThat(beans.text("SELECT wanted_at IS NOT NULL FROM calendars")).isEqualTo("t");
    assertThat(beans.text("SELECT checked_at IS NOT NULL FROM watch_channels")).isEqualTo("t");
  }

  @Test
  void shouldReplaceAnUnconfirmedChannelOnceADay() {
    channel(calendar, "2026-03-10T05:00:00Z", "2026-03-17T05:00:00Z", null);
    assertThat(check.check().renewals()).hasSize(1);
    assertThat(beans.text("SELECT health FROM watch_channels")).isEqualTo("unconfirmed");
    rows.add("UPDATE watch_channels SET state = 'stopped' WHERE calendar_id = :a", calendar);
    channel(calendar, "2026-03-10T06:30:00Z", "2026-03-17T06:30:00Z", null);

    clock.advance(Duration.ofHours(12));
    assertThat(check.check().renewals()).isEmpty();
    clock.advance(Duration.ofHours(12).plusSeconds(1));
    assertThat(check.check().renewals()).hasSize(1);
  }

  @Test
  void shouldLookAwayFromWhatNeedsNoChannel() {
    rows.add("UPDATE calendars SET push_unsupported = true WHERE id = :a", calendar);
    rows.add("UPDATE calendars SET selected = false WHERE id = :a", other("off@example.org"));
    rows.add("UPDATE calendars SET removed_at = now() WHERE id = :a", other("gone@example.org"));
    UUID dead = other("dead@example.org");
    rows.add(
        """
        UPDATE google_connections SET status = 'needs_reauth'
        WHERE id = (SELECT connection_id FROM calendars WHERE id = :a)
        """,
        dead);

    assertThat(check.check().result()).containsEntry("checked", 0);
  }

  @Test
  void shouldOnlyCleanUpWherePushIsDisabled() {
    beans.close();
    start("http://localhost:8080");

    ChannelHealthCheck.Checked checked = check.check();

    assertThat(checked.result()).containsEntry("checked", 0).containsEntry("deletedRows", 0);
    assertThat(checked.renewals()).isEmpty();
  }

  @Test
  void shouldDeleteOldLogRowsInChunks() {
    rows.add(
        """
        INSERT INTO job_runs (queue, job_id, attempt, mode, started_at)
        SELECT 'q', n::text, 1, 'pooled',
               CASE WHEN n <= 5100 THEN CAST(:a AS timestamptz) ELSE CAST(:b AS timestamptz) END
        FROM generate_series(1, 5103) n
        """,
        "2026-02-08T05:59:00Z",
        "2026-02-08T06:01:00Z");
    rows.add(
        """
        INSERT INTO webhook_messages (result, received_at)
        VALUES ('ignored', CAST(:a AS timestamptz)), ('ignored', CAST(:b AS timestamptz))
        """,
        "2026-02-08T05:59:00Z",
        "2026-02-08T06:01:00Z");
    rows.add(
        """
        INSERT INTO sync_runs (connection_id, trigger, mode, result, started_at, finished_at)
        SELECT id, 'scheduled', 'full', 'success', now(), CAST(:a AS timestamptz)
        FROM google_connections
        """,
        "2025-12-10T05:59:00Z");

    assertThat(check.check().result()).containsEntry("deletedRows", 5102);

    assertThat(beans.text("SELECT count(*) FROM job_runs")).isEqualTo("3");
    assertThat(beans.text("SELECT count(*) FROM webhook_messages")).isEqualTo("1");
    assertThat(beans.text("SELECT count(*) FROM sync_runs")).isEqualTo("0");
    assertThat(check.check().renewals())
        .isEqualTo(
            List.of(List.of(Map.of("calendarId", calendar.toString(), "reason", "missing"))));
  }

  @Test
  void shouldForgetWhatOldMessagesSaidAndNoticesThatAreLongSettled() {
    for (String at : List.of("2025-12-10T05:59:00Z", "2025-12-10T06:01:00Z")) {
      rows.add(
          """
          INSERT INTO outbound_messages (user_id, channel, purpose, dedup_key, to_address, subject,
                                         body, body_html, state, created_at, expires_at)
          SELECT user_id, 'email', 'digest', CAST(:id AS text), 'ann@example.org', 'Meet Bob',
                 'Bob', '<p>Bob</p>', 'sent', CAST(:a AS timestamptz), CAST(:a AS timestamptz)
          FROM google_connections LIMIT 1
          """,
          at);
      rows.add(
          """
          INSERT INTO notices (user_id, kind, subject_key, resolved_at)
          SELECT user_id, 'suggestion_unanswered', CAST(:id AS text), CAST(:a AS timestamptz)
          FROM google_connections LIMIT 1
          """,
          at);
    }
    assertThat(check.due()).isTrue();

    assertThat(check.check().result()).containsEntry("deletedRows", 2);

    assertThat(
            beans.texts(
                """
                SELECT state || ' ' || body || coalesce(subject, '') || coalesce(body_html, '')
                FROM outbound_messages ORDER BY created_at
                """))
        .containsExactly("sent ", "sent BobMeet Bob<p>Bob</p>");
    assertThat(beans.text("SELECT count(*) FROM notices")).isEqualTo("1");
    assertThat(check.check().result()).containsEntry("deletedRows", 0);
  }

  @Test
  void shouldLeaveTheChannelOfAPersonOnHolidayAlone() {
    channel(calendar, "2026-03-10T05:00:00Z", "2026-03-30T05:00:00Z", "2026-03-10T05:00:00Z");
    rows.add("UPDATE watch_channels SET health = 'quiet' WHERE calendar_id = :a", calendar);

    clock.advance(Duration.ofDays(2));
    for (int check = 0; check < 20; check++) {
      ChannelHealthCheck.Checked checked = this.check.check();
      assertThat(checked.renewals()).isEmpty();
      assertThat(checked.result())
          .containsEntry("silent", 1)
          .containsEntry("quiet", 1)
          .containsEntry("alerts", List.of());
      assertThat(beans.text("SELECT health FROM watch_channels")).isEqualTo("quiet");
      clock.advance(Duration.ofHours(12));
    }
  }

  @Test
  void shouldReplaceADeafChannelWhoseReplacementWasLost() {
    channel(calendar, "2026-03-04T06:00:00Z", "2026-03-14T06:00:00Z", "2026-03-04T06:00:00Z");
    rows.add("UPDATE watch_channels SET health = 'missed' WHERE calendar_id = :a", calendar);

    ChannelHealthCheck.Checked checked = check.check();

    assertThat(checked.result()).containsEntry("missed", 1);
    assertThat(checked.renewals().getFirst())
        .containsExactly(Map.of("calendarId", calendar.toString(), "reason", "missed"));
    assertThat(checked.probes()).isEmpty();
  }

  @Test
  void shouldProbeAConnectionOnceHoweverManyOfItsCalendarsAreSilent() {
    UUID second =
        rows.add(
            """
            INSERT INTO calendars (id, connection_id, user_id, google_id, name, selected)
            SELECT :id, connection_id, user_id, 'second', 'Second', true FROM calendars
            """);
    channel(calendar, "2026-03-06T06:00:00Z", "2026-03-13T06:00:00Z", "2026-03-06T06:00:00Z");
    channel(second, "2026-03-06T06:00:00Z", "2026-03-13T06:00:00Z", "2026-03-06T06:00:00Z");

    ChannelHealthCheck.Checked checked = check.check();

    assertThat(checked.result()).containsEntry("silent", 2);
    assertThat(checked.probes().getFirst()).hasSize(1);
    assertThat(beans.text("SELECT count(*) FROM calendars WHERE wanted_at IS NOT NULL"))
        .isEqualTo("2");
  }

  @Test
  void shouldTellTheOperatorOnceThatGoogleReachesNobody() {
    UUID other = other("other@example.org");
    for (int day = 0; day < 3; day++) {
      assertThat(open()).isEmpty();
      for (UUID one : List.of(calendar, other)) {
        rows.add(
            "UPDATE watch_channels SET state = 'stopped' WHERE state = 'active' AND calendar_id = :a",
            one);
        channel(one, clock.instant().toString(), "2026-03-30T06:00:00Z", null);
      }
      clock.advance(Duration.ofHours(12));
      assertThat(check.check().renewals().getFirst()).hasSize(2);
      clock.advance(Duration.ofHours(12).plusSeconds(1));
    }

    assertThat(open()).containsExactly("webhook_endpoint_unreachable {\"calendars\": 2}");
    assertThat(check.check().result())
        .containsEntry("alerts", List.of("webhook_endpoint_unreachable"));
    assertThat(beans.text("SELECT count FROM admin_alerts")).isEqualTo("2");
  }

  @Test
  void shouldNotCryThatNobodyIsReachedWhileOthersAre() {
    UUID other = other("other@example.org");
    for (int day = 0; day < 4; day++) {
      rows.add("UPDATE watch_channels SET state = 'stopped' WHERE calendar_id = :a", calendar);
      channel(calendar, clock.instant().toString(), "2026-03-30T06:00:00Z", null);
      clock.advance(Duration.ofHours(24).plusSeconds(1));
      rows.add("UPDATE watch_channels SET state = 'stopped' WHERE calendar_id = :a", other);
      channel(
          other, clock.instant().toString(), "2026-03-30T06:00:00Z", clock.instant().toString());
      assertThat(check.check().result()).containsEntry("alerts", List.of());
    }

    assertThat(open()).isEmpty();
  }

  @Test
  void shouldForgetFormerTroubleOnceAChannelWasConfirmed() {
    for (int day = 0; day < 4; day++) {
      rows.add("UPDATE watch_channels SET state = 'stopped' WHERE calendar_id = :a", calendar);
      channel(
          calendar,
          clock.instant().toString(),
          "2026-03-30T06:00:00Z",
          day == 2 ? clock.instant().toString() : null);
      clock.advance(Duration.ofHours(24).plusSeconds(1));
      check.check();
    }

    assertThat(open()).isEmpty();
  }

  @Test
  void shouldTellTheOperatorWhenMessagesAreRejected() {
    messages("accepted", 19);
    messages("bad_token", 1);
    assertThat(check.check().result()).as("5 %").containsEntry("alerts", List.of());

    messages("unknown_channel", 1);
    assertThat(check.check().result())
        .containsEntry("alerts", List.of("webhook_messages_rejected"));
    assertThat(open())
        .containsExactly(
            "webhook_messages_rejected {\"messages\": 21, \"rejected\": 2, \"answered503\": 0}");

    clock.advance(Duration.ofHours(25));
    assertThat(check.check().result()).containsEntry("alerts", List.of());
    assertThat(open()).as("healed").isEmpty();
  }

  @Test
  void shouldTellTheOperatorWhenMessagesCouldNotBeTaken() {
    messages("accepted", 20);
    beans.get(PushFailures.class).add();
    beans.get(PushFailures.class).add();

    assertThat(check.check().result())
        .containsEntry("alerts", List.of("webhook_messages_rejected"));

    assertThat(beans.text("SELECT count FROM webhook_failures")).isEqualTo("2");
    assertThat(open())
        .containsExactly(
            "webhook_messages_rejected {\"messages\": 22, \"rejected\": 0, \"answered503\": 2}");
  }

  @Test
  void shouldTellTheOperatorWhenLostChannelsCannotBeReplaced() {
    reopened("missed", "ok", "active", 4);
    reopened("unconfirmed", "failed", "failed", 1);
    assertThat(check.check().result()).as("20 %").containsEntry("alerts", List.of());

    reopened("missing", "failed", "failed", 1);
    assertThat(check.check().result())
        .containsEntry("alerts", List.of("webhook_reregistrations_failing"));
  }

  @Test
  void shouldTellTheOperatorWhenChannelsAreAboutToEndThoughRenewalShouldHaveRun() {
    rows.add("UPDATE calendars SET selected = false WHERE id = :a", calendar);
    for (int i = 0; i < 20; i++) {
      boolean ending = i < 2;
      channel(
          other(i + "@example.org"),
          "2026-03-06T05:00:00Z",
          ending ? "2026-03-10T20:00:00Z" : "2026-03-17T05:00:00Z",
          "2026-03-10T05:00:00Z");
    }

    assertThat(check.check().result())
        .containsEntry("expiring", 2)
        .containsEntry("alerts", List.of("webhook_channels_expiring"));
  }

  @Test
  void shouldGoThroughAllCalendarsPageByPage() {
    rows.add(
        """
        INSERT INTO calendars (connection_id, user_id, google_id, name, selected)
        SELECT connection_id, user_id, 'calendar' || n, 'Calendar', true
        FROM calendars, generate_series(1, 1000) n
        """);

    ChannelHealthCheck.Checked checked = check.check();

    assertThat(checked.result()).containsEntry("checked", 1001).containsEntry("missing", 1001);
    assertThat(checked.renewals().stream().mapToInt(List::size).sum())
        .as("the hourly sweep finds the others")
        .isEqualTo(200);
  }

  @Test
  void shouldReplaceDeafChannelsHoweverManyCalendarsHaveNone() {
    rows.add(
        """
        INSERT INTO calendars (connection_id, user_id, google_id, name, selected)
        SELECT connection_id, user_id, 'calendar' || n, 'Calendar', true
        FROM calendars, generate_series(1, 300) n
        """);
    UUID last = UUID.fromString(beans.text("SELECT id FROM calendars ORDER BY id DESC LIMIT 1"));
    channel(last, "2026-03-04T06:00:00Z", "2026-03-14T06:00:00Z", "2026-03-04T06:00:00Z");
    rows.add("UPDATE watch_channels SET health = 'missed' WHERE calendar_id = :a", last);

    assertThat(check.check().renewals().stream().flatMap(List::stream))
        .hasSize(201)
        .contains(Map.of("calendarId", last.toString(), "reason", "missed"));
  }

  @Test
  void shouldForgetChannelsThatEndedAMonthAgo() {
    channel(calendar, "2026-02-08T05:00:00Z", "2026-02-15T05:00:00Z", null);
    rows.add("UPDATE watch_channels SET state = 'stopped'");
    channel(calendar, "2026-02-08T05:00:00Z", "2026-02-15T05:00:00Z", null);

    assertThat(check.check().result()).containsEntry("deletedRows", 1);

    assertThat(beans.text("SELECT state FROM watch_channels")).isEqualTo("active");
  }

  private void messages(String result, int count) {
    rows.add(
        """
        INSERT INTO webhook_messages (result, received_at)
        SELECT :a, CAST(:b AS timestamptz) FROM generate_series(1, :c)
        """,
        result,
        clock.instant().minusSeconds(60).toString(),
        count);
  }

  private void reopened(String reason, String health, String state, int count) {
    for (int i = 0; i < count; i++) {
      rows.add(
          """
          INSERT INTO watch_channels (id, calendar_id, token_sha256, reason, health, state,
                                      created_at, confirmed_at, expires_at)
          VALUES (:id, :a, '\\x00', :b, :c, :d, CAST(:e AS timestamptz), CAST(:e AS timestamptz),
                  CAST(:e AS timestamptz) + interval '6 days')
          """,
          other(UUID.randomUUID() + "@example.org"),
          reason,
          health,
          state,
          clock.instant().minusSeconds(60).toString());
    }
  }

  private List<String> open() {
    return beans.texts(
        "SELECT kind || ' ' || detail FROM admin_alerts WHERE closed_at IS NULL ORDER BY kind");
  }

  private UUID other(String email) {
    return rows.calendar(rows.connection(rows.user(email, "UTC"), "google_calendar"));
  }

  private void channel(UUID calendar, String created, String expires, String confirmed) {
    rows.add(
        """
        INSERT INTO watch_channels (id, calendar_id, token_sha256, state, created_at, expires_at,
                                    confirmed_at)
        VALUES (:id, :a, '\\x00', 'active', CAST(:b AS timestamptz), CAST(:c AS timestamptz),
                CAST(:d AS timestamptz))
        """,
        calendar,
        created,
        expires,
        confirmed);
  }
}
