package dev.millrace.component;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.millrace.TestRedis;
import dev.millrace.queue.BackoffStrategy;
import dev.millrace.queue.JobState;
import java.time.Duration;
import java.util.List;
import org.apache.camel.Exchange;
import org.apache.camel.ProducerTemplate;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a route can be told of its jobs, and can say of them, beyond completing and failing. */
class ProcessingRouteTest {

  private static final Duration SOON = Duration.ofSeconds(10);

  @BeforeEach
  void emptyRedis() {
    TestRedis.flush();
  }

  @Test
  void shouldGiveABatchAsAListOfExchangesAndAcknowledgeEachByItsOwn() throws Exception {
    try (RouteFixture fixture = new RouteFixture()) {
      fixture.camel.getRegistry().bind("each", new Each());
      fixture.start("- from: {uri: 'direct:add', steps: [{to: {uri: 'bullmq:QUEUE'}}]}");
      ProducerTemplate add = fixture.camel.createProducerTemplate();
      List<?> ids =
          (List<?>)
              add.send("direct:add", e -> e.getMessage().setBody(List.of("good", "bad", "late")))
                  .getMessage()
                  .getHeader(BullMQConstants.ADDED_JOB_ID);

      fixture.start(
          """
          - route:
              id: batch
              from:
                uri: bullmq:QUEUE
                parameters: {batchSize: 10}
                steps:
                  - bean: {ref: each, method: work}
          """);

      await()
          .atMost(SOON)
          .untilAsserted(
              () ->
                  assertThat(fixture.engine.admin(fixture.queue).counts().join())
                      .containsEntry(JobState.COMPLETED, 1L)
                      .containsEntry(JobState.FAILED, 1L)
                      .containsEntry(JobState.DELAYED, 1L));
      assertThat(fixture.job((String) ids.get(0)).returnValue()).isEqualTo("\"done: good of 3\"");
      assertThat(fixture.job((String) ids.get(1)).failedReason()).isEqualTo("no good");
    }
  }

  /** Works a batch. */
  public static final class Each {
    public void work(List<Exchange> batch) {
      for (Exchange one : batch) {
        String data = one.getMessage().getBody(String.class);
        switch (data) {
          case "bad" -> one.setException(new IllegalStateException("no good"));
          case "late" ->
              one.getMessage()
                  .setHeader(BullMQConstants.WAIT_UNTIL, System.currentTimeMillis() + 3_600_000L);
          default -> one.getMessage().setBody("done: " + data + " of " + batch.size());
        }
      }
    }
  }

  @Test
  void shouldCompleteAJobThatTheRouteSkipsWithTheReason() throws Exception {
    try (RouteFixture fixture = new RouteFixture()) {
      fixture.start(
          """
          - from:
              uri: bullmq:QUEUE
              steps:
                - setHeader: {name: CamelBullMQSkipped, constant: nothing is due}
          """);

      String id = add(fixture);

      await().atMost(SOON).until(() -> fixture.finished(id));
      assertThat(fixture.job(id).returnValue()).isEqualTo("{\"skipped\":\"nothing is due\"}");
    }
  }

  @Test
  void shouldPauseTheQueueWhenTheRouteAsksForIt() throws Exception {
    try (RouteFixture fixture = new RouteFixture()) {
      fixture.start(
          """
          - from:
              uri: bullmq:QUEUE
              steps:
                - setHeader: {name: CamelBullMQRateLimit, constant: 1h}
          """);

      String id = add(fixture);

      String limiter = TestRedis.key(fixture.queue, "limiter");
      await().atMost(SOON).until(() -> TestRedis.observer().exists(limiter) == 1);
      assertThat(TestRedis.observer().lrange(TestRedis.key(fixture.queue, "wait"), 0, -1))
          .containsExactly(id);
      assertThat(fixture.job(id).attemptsMade()).isZero();
    }
  }

  @Test
  void shouldFailARunThatTakesTooLong() throws Exception {
    try (RouteFixture fixture = new RouteFixture()) {
      fixture.start(
          """
          - from:
              uri: bullmq:QUEUE
              parameters: {timeout: 200ms}
              steps:
                - delay: {constant: 60000}
          """);

      String id = add(fixture);

      await().atMost(SOON).until(() -> fixture.finished(id));
      assertThat(fixture.job(id).failedReason()).contains("longer than its timeout");
    }
  }

  @Test
  void shouldTellProgressAndLogOfTheJobThatRuns() throws Exception {
    try (RouteFixture fixture = new RouteFixture()) {
      fixture.start(
          """
          - from:
              uri: bullmq:QUEUE
              steps:
                - setBody: {constant: half of it}
                - to: {uri: 'bullmq:QUEUE', parameters: {operation: addLog}}
                - setBody: {constant: {expression: '50', resultType: java.lang.Integer}}
                - to: {uri: 'bullmq:QUEUE', parameters: {operation: updateProgress}}
          """);

      String id = add(fixture);

      await().atMost(SOON).until(() -> fixture.finished(id));
      assertThat(TestRedis.observer().lrange(TestRedis.key(fixture.queue, id + ":logs"), 0, -1))
          .containsExactly("half of it");
      assertThat(TestRedis.observer().hget(TestRedis.key(fixture.queue, id), "progress"))
          .isEqualTo("50");
    }
  }

  @Test
  void shouldAskTheBackoffStrategyThatTheEndpointNames() throws Exception {
    try (RouteFixture fixture = new RouteFixture()) {
      BackoffStrategy never = (attemptsMade, type, cause, job) -> null;
      fixture.camel.getRegistry().bind("never", never);
      fixture.start(
          """
          - from:
              uri: bullmq:QUEUE
              parameters: {backoffStrategy: '#bean:never'}
              steps:
                - throwException: {exceptionType: java.lang.IllegalStateException, message: no}
          - from:
              uri: direct:add
              steps:
                - to:
                    uri: bullmq:QUEUE
                    parameters: {attempts: 5, backoffType: tides, backoffDelay: 1h}
          """);

      String id = add(fixture);

      await().atMost(SOON).until(() -> fixture.finished(id));
      assertThat(fixture.job(id).attemptsMade()).isEqualTo(1);
    }
  }

  @Test
  void shouldRefuseWhatMakesNoSenseByName() {
    try (RouteFixture fixture = new RouteFixture()) {
      assertThatThrownBy(
              () -> fixture.start("- from: {uri: 'bullmq:QUEUE?batchSize=0', steps: [{log: x}]}"))
          .hasStackTraceContaining("batchSize 0 is outside 1 to 10000");
    }
  }

  /** Through the route direct:add where there is one. */
  private static String add(RouteFixture fixture) {
    String to =
        fixture.camel.hasEndpoint("direct://add") == null
            ? "bullmq:" + fixture.queue
            : "direct:add";
    return fixture
        .camel
        .createProducerTemplate()
        .send(to, e -> e.getMessage().setBody("{}"))
        .getMessage()
        .getHeader(BullMQConstants.ADDED_JOB_ID, String.class);
  }
}
