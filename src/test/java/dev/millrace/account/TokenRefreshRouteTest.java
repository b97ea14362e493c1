package dev.millrace.account;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.millrace.Millrace;
import dev.millrace.queue.Job;
import dev.millrace.queue.QueueEngine;
import dev.millrace.sandbox.Sandbox;
import dev.millrace.sandbox.SandboxOptions;
import dev.millrace.sandbox.SandboxUser;
import dev.millrace.sandbox.http.Fault;
import dev.millrace.sandbox.http.Service;
import java.time.Duration;
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

/** From a job in Redis to its return value and to the reminders that follow. */
@CamelSpringBootTest
@SpringBootTest(classes = Millrace.class)
@MockEndpointsAndSkip("bullmq:token-health-reminder.*")
class TokenRefreshRouteTest {

  private static final Sandbox SANDBOX = Sandbox.start(SandboxOptions.defaults().withoutData());

  @Autowired private ProducerTemplate template;
  @Autowired private QueueEngine engine;
  @Autowired private JdbcClient jdbc;
  @Autowired private GoogleConnections connections;

  @EndpointInject("mock:bullmq:token-health-reminder")
  private MockEndpoint reminders;

  @DynamicPropertySource
  static void settings(DynamicPropertyRegistry registry) {
    registry.add("millrace.sandbox.enabled", () -> "false");
    SANDBOX.properties().forEach((name, value) -> registry.add(name, () -> value));
  }

  @AfterAll
  static void stop() {
    SANDBOX.close();
  }

  @BeforeEach
  void empty() {
    MockEndpoint.resetMocks(template.getCamelContext());
    SANDBOX.faults().clear();
    SANDBOX.requests().clear();
    jdbc.sql("TRUNCATE users, job_runs, admin_alerts CASCADE").update();
  }

  @Test
  void shouldRefreshAndRemindThoseWhoseGrantDied() throws Exception {
    connect(0);
    UUID dead = connect(1);
    SANDBOX.grants().revokeGrant(SANDBOX.users().get(1).calendarRefreshToken());
    reminders.expectedBodiesReceived(Map.of("connectionId", dead.toString()));

    Job job = run(Map.of());

    assertThat(job.returnValue())
        .isEqualTo("{\"checked\":2,\"refreshed\":1,\"dead\":1,\"transient\":0,\"skipped\":0}");
    reminders.assertIsSatisfied();
    awaitLedger("completed");
  }

  @Test
  void shouldFailAtOnceWhenGoogleDoesNotAcceptThisApplication() throws Exception {
    connect(0);
    SANDBOX.faults().add(Fault.answer(Service.OAUTH, 401, "invalid_client"));
    reminders.expectedMessageCount(0);

    Job job = run(Map.of());

    assertThat(job.failedReason()).contains("google.client-id");
    assertThat(job.attemptsMade()).isOne();
    assertThat(jdbc.sql("SELECT kind FROM admin_alerts").query(String.class).single())
        .isEqualTo("oauth_client_broken");
    await().untilAsserted(() -> assertThat(ledger()).singleElement().asString().contains("failed"));
    reminders.assertIsSatisfied();
  }

  @Test
  void shouldAnswerAWiringTestWithoutAskingGoogle() {
    connect(0);

    Job job = run(Map.of("test", true, "timestamp", "2026-03-02T10:00:00Z"));

    assertThat(job.returnValue()).isEqualTo("{\"test\":true}");
    awaitLedger("completed test");
    assertThat(SANDBOX.requests().all()).isEmpty();
  }

  private UUID connect(int number) {
    SandboxUser person = SANDBOX.users().get(number);
    UUID user =
        jdbc.sql("INSERT INTO users (email) VALUES (:email) RETURNING id")
            .param("email", person.email())
            .query(UUID.class)
            .single();
    UUID connection =
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
    jdbc.sql("UPDATE google_connections SET next_refresh_at = now()").update();
    return connection;
  }

  /** The row of a run follows its acknowledgement. */
  private void awaitLedger(String... rows) {
    await().untilAsserted(() -> assertThat(ledger()).containsExactly(rows));
  }

  private Job run(Map<String, ?> data) {
    String id =
        template
            .request(
                "bullmq:token-refresh?attempts=3",
                exchange -> exchange.getMessage().setBody(new HashMap<>(data)))
            .getMessage()
            .getHeader("CamelBullMQAddedJobId", String.class);
    await()
        .until(
            () -> engine.queue("token-refresh").find(id).join().orElseThrow().finishedOn() != null);
    return engine.queue("token-refresh").find(id).join().orElseThrow();
  }

  private List<String> ledger() {
    return jdbc.sql("SELECT concat_ws(' ', outcome, reason) FROM job_runs ORDER BY id")
        .query(String.class)
        .list();
  }
}
