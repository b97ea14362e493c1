package dev.millrace.calendar;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.millrace.Millrace;
import dev.millrace.account.GoogleConnections;
import dev.millrace.account.Integration;
import dev.millrace.account.TokenGrant;
import dev.millrace.queue.Job;
import dev.millrace.queue.QueueEngine;
import dev.millrace.sandbox.Sandbox;
import dev.millrace.sandbox.SandboxOptions;
import dev.millrace.sandbox.SandboxUser;
import dev.millrace.sandbox.calendar.EventDraft;
import dev.millrace.sandbox.http.Fault;
import dev.millrace.sandbox.http.Service;
import java.time.Duration;
import java.time.ZonedDateTime;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.camel.EndpointInject;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.component.mock.MockEndpoint;
import org.apache.camel.test.spring.junit5.CamelSpringBootTest;
import org.apache.camel.test.spring.junit5.MockEndpointsAndSkip;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;

/** From a job in Redis to its return value and to the jobs that follow. */
@CamelSpringBootTest
@SpringBootTest(classes = Millrace.class)
@MockEndpointsAndSkip(
    "bullmq:(suggestion-regeneration|suggestion-generation|webhook-renewal|token-health-reminder).*")
class CalendarSyncRouteTest {

  private static final Sandbox SANDBOX = Sandbox.start(SandboxOptions.defaults().withoutData());

  @Autowired private ProducerTemplate template;
  @Autowired private QueueEngine engine;
  @Autowired private JdbcClient jdbc;
  @Autowired private GoogleConnections connections;

  @EndpointInject("mock:bullmq:suggestion-regeneration")
  private MockEndpoint regenerations;

  @EndpointInject("mock:bullmq:suggestion-generation")
  private MockEndpoint generations;

  @EndpointInject("mock:bullmq:webhook-renewal")
  private MockEndpoint renewals;

  @EndpointInject("mock:bullmq:token-health-reminder")
  private MockEndpoint reminders;

  private SandboxUser person;
  private UUID user;
  private UUID connection;

  @DynamicPropertySource
  static void settings(DynamicPropertyRegistry registry) {
    registry.add("millrace.sandbox.enabled", () -> "false");
    registry.add("app.public-base-url", () -> "https://millrace.example");
    SANDBOX.properties().forEach((name, value) -> registry.add(name, () -> value));
  }

  @AfterAll
  static void stop() {
    SANDBOX.close();
  }

  @BeforeEach
  void connect() {
    MockEndpoint.resetMocks(template.getCamelContext());
    SANDBOX.faults().clear();
    jdbc.sql("TRUNCATE users, job_runs CASCADE").update();
    person = SANDBOX.user("maya.torres@millrace.example");
    SANDBOX.grants().issue(person.email(), person.calendarScopes(), person.calendarRefreshToken());
    user =
        jdbc.sql("INSERT INTO users (email) VALUES (:email) RETURNING id")
            .param("email", person.email())
            .query(UUID.class)
            .single();
    connection =
        connections.connect(
            user,
            Integration.GOOGLE_CALENDAR,
            person.email(),
            new TokenGrant(
                "expired",
                Duration.ofSeconds(1),
                person.calendarRefreshToken(),
                null,
                List.copyOf(person.calendarScopes())));
  }

  @Test
  void shouldSyncAndStartWhatFollows() throws Exception {
    SANDBOX
        .calendars()
        .add(
            person.email(),
            "primary",
            EventDraft.timed("standup", ZonedDateTime.now().plusDays(1), Duration.ofHours(1)));
    regenerations.expectedBodiesReceived(
        Map.of("userId", user.toString(), "reason", "calendar_sync"));
    generations.expectedBodiesReceived(Map.of("userId", user.toString()));
    renewals.expectedMessageCount(1);
    reminders.expectedMessageCount(0);

    Job job = run(Map.of("userId", user.toString(), "trigger", "initial"), 1);

    assertThat(job.returnValue()).contains("\"calendars\":1", "\"full\":1");
    assertThat(job.returnValue()).doesNotContain("followUps", "failure", "skippedReason");
    MockEndpoint.assertIsSatisfied(regenerations, generations, renewals, reminders);
    awaitLedger("completed");
    assertThat(jdbc.sql("SELECT job_id FROM sync_runs").query(String.class).single())
        .isEqualTo(job.id());
  }

  @Test
  void shouldRemindOnceAndSkipTwiceWhenTheGrantIsDead() throws Exception {
    SANDBOX.grants().revoke(person.email());
    reminders.expectedBodiesReceived(Map.of("connectionId", connection.toString()));

    Job first = run(Map.of("userId", user.toString()), 5);
    Job second = run(Map.of("userId", user.toString()), 5);

    assertThat(first.returnValue()).contains("\"skippedReason\":\"invalid_grant\"");
    assertThat(second.returnValue()).contains("\"skippedReason\":\"needs_reauth\"");
    assertThat(first.attemptsMade()).isLessThanOrEqualTo(1);
    reminders.assertIsSatisfied();
    awaitLedger("skipped invalid_grant", "skipped needs_reauth");
  }

  @Test
  void shouldPutTheJobOffForAsLongAsGoogleSays() {
    SANDBOX
        .faults()
        .add(Fault.tooManyRequests(Service.CALENDAR, Duration.ofSeconds(120)).onPath("/events"));

    String id = add(Map.of("userId", user.toString()), 5);

    await().until(() -> engine.queue("calendar-sync").counts().join().get("delayed") == 1);
    Job job = engine.queue("calendar-sync").find(id).join().orElseThrow();
    assertThat(job.attemptsMade()).isZero();
    assertThat(job.finishedOn()).isNull();
    awaitLedger("delayed rate_limited");
  }

  @Test
  void shouldSendWhatFollowsEvenIfTheRunFailsLater() throws Exception {
    SANDBOX.calendars().create(person.email(), "work-" + user, "Work", person.zone());
    SANDBOX
        .calendars()
        .add(
            person.email(),
            "primary",
            EventDraft.timed("review", ZonedDateTime.now().plusDays(2), Duration.ofHours(1)));
    run(Map.of("userId", user.toString()), 1);
    jdbc.sql("UPDATE calendars SET selected = true").update();
    SANDBOX
        .calendars()
        .add(
            person.email(),
            "primary",
            EventDraft.timed("call", ZonedDateTime.now().plusDays(3), Duration.ofHours(1)));
    SANDBOX.faults().add(Fault.serverError(Service.CALENDAR, 503).onPath("/work-"));
    regenerations.reset();
    regenerations.expectedMessageCount(1);

    Job job = run(Map.of("userId", user.toString()), 1);

    assertThat(job.failedReason()).contains("http_503");
    regenerations.assertIsSatisfied();
    awaitLedger("completed", "failed Google, events.list: http_503");
  }

  @Test
  void shouldFailAtOnceOnDataThatCannotBeRead() {
    Job job = run(Map.of("userId", "seven"), 5);

    assertThat(job.failedReason()).contains("userId is no UUID");
    assertThat(job.attemptsMade()).isOne();
    awaitLedger("failed userId is no UUID: seven");
  }

  @Test
  void shouldAnswerAWiringTestWithoutAskingGoogle() {
    SANDBOX.requests().clear();

    Job job = run(Map.of("test", true), 1);

    assertThat(job.returnValue()).isEqualTo("{\"test\":true}");
    awaitLedger("completed test");
    assertThat(SANDBOX.requests().all()).isEmpty();
  }

  /** The row of a run follows its acknowledgement. */
  private void awaitLedger(String... rows) {
    await().untilAsserted(() -> assertThat(ledger()).containsExactly(rows));
  }

  private Job run(Map<String, ?> data, int attempts) {
    String id = add(data, attempts);
    await()
        .until(
            () -> engine.queue("calendar-sync").find(id).join().orElseThrow().finishedOn() != null);
    return engine.queue("calendar-sync").find(id).join().orElseThrow();
  }

  private String add(Map<String, ?> data, int attempts) {
    return template
        .request(
            "bullmq:calendar-sync?attempts=" + attempts,
            exchange -> exchange.getMessage().setBody(new HashMap<>(data)))
        .getMessage()
        .getHeader("CamelBullMQAddedJobId", String.class);
  }

  private List<String> ledger() {
    return jdbc.sql("SELECT concat_ws(' ', outcome, reason) FROM job_runs ORDER BY id")
        .query(String.class)
        .list();
  }
}
