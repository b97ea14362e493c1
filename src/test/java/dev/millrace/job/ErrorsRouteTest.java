package dev.millrace.job;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.millrace.database.TestDatabase;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.camel.Exchange;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.component.stub.StubComponent;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.PluginHelper;
import org.apache.camel.support.ResourceHelper;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;

/** What routes/errors.camel.yaml makes of each outcome, for a route that stands for any job. */
class ErrorsRouteTest {

  private static final Instant NOW = Instant.parse("2026-03-01T10:00:00Z");

  private final Clock clock = Clock.fixed(NOW, ZoneOffset.UTC);
  private DefaultCamelContext camel;
  private JdbcClient jdbc;
  private Object outcome;

  @BeforeEach
  void start() throws Exception {
    jdbc = JdbcClient.create(TestDatabase.empty());
    camel = new DefaultCamelContext();
    StubComponent queues = new StubComponent();
    // what would be wired by type is the real component's
    queues.setAutowiredEnabled(false);
    camel.addComponent("bullmq", queues);
    camel.getRegistry().bind("jobRuns", new JobRuns(jdbc, new ObjectMapper(), clock));
    camel.getRegistry().bind("waitLimit", new WaitLimit(clock));
    camel.getRegistry().bind("wiringTest", new WiringTest());
    PluginHelper.getRoutesLoader(camel)
        .loadRoutes(ResourceHelper.resolveResource(camel, "file:routes/errors.camel.yaml"));
    camel.addRoutes(
        new RouteBuilder() {
          @Override
          public void configure() {
            // more than one route shares the configuration
            from("bullmq:other-queue?pollTimeout=10").routeConfigurationId("jobs").stop();
            from("bullmq:any-queue?pollTimeout=10")
                .routeId("any")
                .routeConfigurationId("jobs")
                .process(
                    exchange -> {
                      if (outcome instanceof Exception failure) {
                        throw failure;
                      }
                      exchange.getMessage().setBody(outcome);
                    });
          }
        });
    camel.start();
  }

  @AfterEach
  void stop() throws Exception {
    camel.close();
  }

  @Test
  void shouldCompleteAndKeepTheAnswer() throws Exception {
    outcome = Map.of("checked", 3, "skipped", 2);

    Exchange exchange = run(Map.of(), 0, 3);

    assertThat(exchange.getException()).isNull();
    assertThat(rows()).containsExactly(new JobRow("completed", null, 1));
    assertThat(jdbc.sql("SELECT result ->> 'checked' FROM job_runs").query(String.class).single())
        .isEqualTo("3");
  }

  @Test
  void shouldMoveAWaitingJobToItsTimeWithoutFailing() throws Exception {
    Instant until = NOW.plusSeconds(120);
    outcome = new WaitException(until, "rate_limited");

    Exchange exchange = run(Map.of(), 2, 3);

    assertThat(exchange.getException()).isNull();
    assertThat(exchange.getMessage().getHeader("CamelBullMQWaitUntil")).isEqualTo(until);
    assertThat(rows()).containsExactly(new JobRow("delayed", "rate_limited", 3));
  }

  @Test
  void shouldGiveUpAJobThatWaitedForMoreThanADay() throws Exception {
    outcome = new WaitException(NOW.plusSeconds(120), "rate_limited");
    Map<String, Object> headers = headers(0, 3, NOW.minusSeconds(86_401).toEpochMilli());

    Exchange exchange = run(Map.of(), headers);

    assertThat(exchange.getException()).isInstanceOf(WaitException.class);
    assertThat(exchange.getMessage().getHeader("CamelBullMQUnrecoverable")).isEqualTo(true);
    assertThat(rows()).extracting("outcome").containsExactly("failed");
  }

  @Test
  void shouldCompleteASkippedJobWithItsReason() throws Exception {
    outcome = new SkippedException("needs_reauth");

    Exchange exchange = run(Map.of(), 0, 3);

    assertThat(exchange.getException()).isNull();
    assertThat(exchange.getMessage().getBody()).isEqualTo(Map.of("skipped", "needs_reauth"));
    assertThat(rows()).containsExactly(new JobRow("skipped", "needs_reauth", 1));
  }

  @Test
  void shouldAllowNoFurtherAttemptAfterAPermanentFailure() throws Exception {
    outcome = new PermanentException("userId is missing");

    Exchange exchange = run(Map.of(), 0, 3);

    assertThat(exchange.getException()).isInstanceOf(PermanentException.class);
    assertThat(exchange.getMessage().getHeader("CamelBullMQUnrecoverable")).isEqualTo(true);
    assertThat(rows()).containsExactly(new JobRow("failed", "userId is missing", 1));
  }

  @Test
  void shouldLeaveAnyOtherExceptionToTheNextAttempt() throws Exception {
    outcome = new IllegalStateException("text that may quote a row");

    Exchange exchange = run(Map.of(), 1, 3);

    assertThat(exchange.getException()).isInstanceOf(IllegalStateException.class);
    assertThat(exchange.getMessage().getHeader("CamelBullMQUnrecoverable")).isNull();
    assertThat(rows()).containsExactly(new JobRow("retry", "IllegalStateException", 2));
  }

  @Test
  void shouldCallTheLastAttemptFailed() throws Exception {
    outcome = new IllegalStateException();

    run(Map.of(), 2, 3);

    assertThat(rows()).containsExactly(new JobRow("failed", "IllegalStateException", 3));
  }

  @Test
  void shouldAnswerAWiringTestWithoutRunningTheJob() throws Exception {
    outcome = new IllegalStateException("the job ran");

    Exchange exchange = run(Map.of("test", true, "source", "smoke"), 0, 3);

    assertThat(exchange.getException()).isNull();
    assertThat(exchange.getMessage().getBody()).isEqualTo(Map.of("test", true));
    assertThat(rows()).containsExactly(new JobRow("completed", "test", 1));
  }

  @Test
  void shouldTakeAnEmptyPayloadForAnOrdinaryJob() throws Exception {
    outcome = Map.of();

    Exchange exchange = run(null, 0, 3);

    assertThat(exchange.getException()).isNull();
    assertThat(rows()).containsExactly(new JobRow("completed", null, 1));
  }

  private Exchange run(Object data, int attemptsMade, int attempts) throws Exception {
    return run(data, headers(attemptsMade, attempts, NOW.toEpochMilli()));
  }

  private Exchange run(Object data, Map<String, Object> headers) throws Exception {
    Exchange exchange = camel.getRoute("any").getEndpoint().createExchange();
    exchange.getMessage().setBody(data);
    exchange.getMessage().setHeaders(headers);
    camel.getRoute("any").getProcessor().process(exchange);
    return exchange;
  }

  private static Map<String, Object> headers(int attemptsMade, int attempts, long addedAt) {
    return new HashMap<>(
        Map.of(
            "CamelBullMQQueue", "any-queue",
            "CamelBullMQJobId", "1",
            "CamelBullMQAttemptsMade", attemptsMade,
            "CamelBullMQMaxAttempts", attempts,
            "CamelBullMQTimestamp", addedAt));
  }

  private List<JobRow> rows() {
    return jdbc.sql("SELECT outcome, reason, attempt FROM job_runs ORDER BY id")
        .query(JobRow.class)
        .list();
  }

  record JobRow(String outcome, String reason, int attempt) {}
}
