package dev.millrace.component;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.millrace.queue.AddedJob;
import dev.millrace.queue.Job;
import dev.millrace.queue.JobOptions;
import dev.millrace.queue.NewJob;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.component.mock.MockEndpoint;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class BullMQRouteTest {

  private static final Duration SOON = Duration.ofSeconds(10);

  private final RouteFixture fixture = new RouteFixture();

  @AfterEach
  void close() {
    fixture.close();
  }

  private AddedJob add(String data, JobOptions options) {
    return fixture.engine.queue(fixture.queue).add(new NewJob("greet", data, options)).join();
  }

  @Test
  void shouldGiveTheDataAsBodyAndTheBodyBackAsReturnValue() throws Exception {
    fixture.start(
        """
        - route:
            id: greet
            from:
              uri: bullmq:QUEUE
              steps:
                - setBody:
                    simple: "Hello ${body[name]} from ${header.CamelBullMQJobName}, attempt ${header.CamelBullMQAttemptsMade}"
                - to:
                    uri: mock:done
        """);
    MockEndpoint done = fixture.camel.getEndpoint("mock:done", MockEndpoint.class);
    done.expectedBodiesReceived("Hello Ada from greet, attempt 0");

    String id = add("{\"name\":\"Ada\"}", JobOptions.DEFAULT).id();

    done.assertIsSatisfied(10_000);
    await().atMost(SOON).until(() -> fixture.finished(id));
    assertThat(fixture.job(id).returnValue()).isEqualTo("\"Hello Ada from greet, attempt 0\"");
  }

  @Test
  void shouldFailTheAttemptOnAnExceptionNobodyHandled() throws Exception {
    fixture.start(
        """
        - route:
            from:
              uri: bullmq:QUEUE
              steps:
                - throwException:
                    exceptionType: java.lang.IllegalStateException
                    message: "no such ${body[what]}"
        """);
    String id = add("{\"what\":\"thing\"}", JobOptions.builder().attempts(2).build()).id();

    await().atMost(SOON).until(() -> fixture.finished(id));
    Job job = fixture.job(id);
    assertThat(job.failedReason()).isEqualTo("no such thing");
    assertThat(job.attemptsMade()).isEqualTo(2);
  }

  @Test
  void shouldCompleteWhenTheRouteHandledItsException() throws Exception {
    fixture.start(
        """
        - onException:
            exception:
              - java.lang.IllegalStateException
            handled:
              constant: "true"
            steps:
              - setBody:
                  constant: handled
        - route:
            from:
              uri: bullmq:QUEUE
              steps:
                - throwException:
                    exceptionType: java.lang.IllegalStateException
                    message: broken
        """);
    String id = add("{}", JobOptions.builder().attempts(3).build()).id();

    await().atMost(SOON).until(() -> fixture.finished(id));
    assertThat(fixture.job(id).returnValue()).isEqualTo("\"handled\"");
    assertThat(fixture.job(id).attemptsStarted()).isEqualTo(1);
  }

  @Test
  void shouldFailForGoodWhenTheRouteSaysSo() throws Exception {
    fixture.start(
        """
        - route:
            from:
              uri: bullmq:QUEUE
              steps:
                - setHeader:
                    name: CamelBullMQUnrecoverable
                    simple: "true"
                - throwException:
                    exceptionType: java.lang.IllegalStateException
                    message: hopeless
        """);
    String id = add("{}", JobOptions.builder().attempts(5).build()).id();

    await().atMost(SOON).until(() -> fixture.finished(id));
    assertThat(fixture.job(id).attemptsMade()).isEqualTo(1);
    assertThat(fixture.job(id).failedReason()).isEqualTo("hopeless");
  }

  @Test
  void shouldPutTheJobOffWithoutUsingAnAttempt() throws Exception {
    fixture.camel.getRegistry().bind("later", new Later());
    fixture.start(
        """
        - route:
            from:
              uri: bullmq:QUEUE
              steps:
                - setHeader:
                    name: CamelBullMQWaitUntil
                    method:
                      ref: later
                      method: once
        """);
    String id = add("{}", JobOptions.DEFAULT).id();

    await().atMost(SOON).until(() -> fixture.finished(id));
    assertThat(fixture.job(id).attemptsStarted()).isEqualTo(2);
    assertThat(fixture.job(id).attemptsMade()).isEqualTo(1);
  }

  /** Puts off the first run only. */
  public static final class Later {
    private boolean asked;

    public synchronized Long once() {
      if (asked) {
        return null;
      }
      asked = true;
      return System.currentTimeMillis() + 50;
    }
  }

  @Test
  void shouldAddOneJobForEachElementOfAListWithItsOwnOptions() throws Exception {
    fixture.start(
        """
        - route:
            from:
              uri: direct:in
              steps:
                - to:
                    uri: bullmq:QUEUE
                    parameters:
                      name: sync
                      deduplicationId: "sync:${body[id]}"
                      attempts: 5
                      backoffType: exponential
                      backoffDelay: 30s
                      priority: "${body[p]}"
                      delay: 1h
        """);
    try (ProducerTemplate template = fixture.camel.createProducerTemplate()) {
      var reply =
          template.request(
              "direct:in",
              e ->
                  e.getMessage()
                      .setBody(
                          List.of(
                              Map.of("id", "a", "p", 2),
                              Map.of("id", "b", "p", 7),
                              Map.of("id", "a", "p", 9))));
      assertThat(reply.getException()).isNull();
      List<?> ids = reply.getMessage().getHeader(BullMQConstants.ADDED_JOB_ID, List.class);
      assertThat(ids).hasSize(3);
      assertThat(ids.get(2)).isEqualTo(ids.get(0));
      Job first = fixture.job(ids.get(0).toString());
      assertThat(first.name()).isEqualTo("sync");
      assertThat(first.priority()).isEqualTo(2);
      assertThat(first.options().attempts()).isEqualTo(5);
      assertThat(first.options().backoff().delay()).isEqualTo(Duration.ofSeconds(30));
      assertThat(first.options().delay()).isEqualTo(Duration.ofHours(1));
      assertThat(fixture.engine.queue(fixture.queue).counts().join()).containsEntry("delayed", 2L);
    }
  }

  @Test
  void shouldLimitTheDataAndTheLogOfANewJob() throws Exception {
    fixture.start(
        """
        - route:
            from:
              uri: direct:in
              steps:
                - to:
                    uri: bullmq:QUEUE
                    parameters:
                      sizeLimit: 10
                      keepLogs: "${header.lines}"
        """);
    try (ProducerTemplate template = fixture.camel.createProducerTemplate()) {
      var kept = template.request("direct:in", e -> e.getMessage().setHeader("lines", 2));
      String id = kept.getMessage().getHeader(BullMQConstants.ADDED_JOB_ID, String.class);
      assertThat(fixture.job(id).options().keepLogs()).isEqualTo(2);

      var refused = template.request("direct:in", e -> e.getMessage().setBody("x".repeat(20)));
      assertThat(refused.getException()).hasMessageContaining("10");
      assertThat(fixture.engine.queue(fixture.queue).counts().join()).containsEntry("waiting", 1L);
    }
  }

  @Test
  void shouldSuggestTheNearestOptionForAnUnknownOne() {
    assertThatThrownBy(
            () ->
                fixture.start(
                    """
                    - route:
                        from:
                          uri: bullmq:QUEUE
                          parameters:
                            concurency: 3
                          steps:
                            - log: "never"
                    """))
        .hasStackTraceContaining("Unknown option \"concurency\"; did you mean \"concurrency\"?");
  }

  @Test
  void shouldRefuseAbsurdValuesByName() {
    assertThatThrownBy(
            () ->
                fixture.start(
                    """
                    - route:
                        from:
                          uri: bullmq:QUEUE
                          parameters:
                            lockDuration: 5
                          steps:
                            - log: "never"
                    """))
        .hasStackTraceContaining("lockDuration PT0.005S is outside 1 s to 24 h; mind the unit");
  }

  @Test
  void shouldKeepJobsThatComeWhileTheRouteIsSuspended() throws Exception {
    fixture.start(
        """
        - route:
            id: pausing
            from:
              uri: bullmq:QUEUE
              steps:
                - setBody:
                    constant: done
        """);
    String before = add("{}", JobOptions.DEFAULT).id();
    await().atMost(SOON).until(() -> fixture.finished(before));
    fixture.camel.getRouteController().suspendRoute("pausing");

    String during = add("{}", JobOptions.DEFAULT).id();
    await()
        .during(Duration.ofMillis(300))
        .atMost(SOON)
        .until(() -> fixture.engine.queue(fixture.queue).counts().join().get("waiting") == 1);
    fixture.camel.getRouteController().resumeRoute("pausing");

    await().atMost(SOON).until(() -> fixture.finished(during));
  }

  @Test
  void shouldHandBackWhatDoesNotEndInTimeWhenTheRouteStops() throws Exception {
    fixture.start(
        """
        - route:
            id: slow
            from:
              uri: bullmq:QUEUE
              steps:
                - delay:
                    constant: "60000"
        """);
    String id = add("{}", JobOptions.DEFAULT).id();
    await()
        .atMost(SOON)
        .until(() -> fixture.engine.queue(fixture.queue).counts().join().get("active") == 1);

    fixture.camel.getRouteController().stopRoute("slow", 1, java.util.concurrent.TimeUnit.SECONDS);

    await()
        .atMost(SOON)
        .until(() -> fixture.engine.queue(fixture.queue).counts().join().get("waiting") == 1);
    assertThat(fixture.job(id).attemptsMade()).isZero();
  }
}
