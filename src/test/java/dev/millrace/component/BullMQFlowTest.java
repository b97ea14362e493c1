package dev.millrace.component;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.millrace.TestRedis;
import dev.millrace.queue.JobOptions;
import dev.millrace.queue.NewJob;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.apache.camel.ProducerTemplate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Flows as routes add and work them. */
class BullMQFlowTest {

  private static final Duration SOON = Duration.ofSeconds(10);

  private final RouteFixture fixture = new RouteFixture();

  @AfterEach
  void close() {
    fixture.close();
  }

  @Test
  void shouldAddFlowAndGiveTheParentWhatItsChildrenReturned() throws Exception {
    fixture.start(
        """
        - route:
            from:
              uri: direct:go
              steps:
                - to:
                    uri: bullmq:QUEUE?flow=true
        - route:
            from:
              uri: bullmq:QUEUE
              parameters:
                childrenValues: true
              steps:
                - setBody:
                    simple: "${header.CamelBullMQChildrenValues}"
        - route:
            from:
              uri: bullmq:child-QUEUE
              steps:
                - setBody:
                    simple: "${header.CamelBullMQParentKey} ${body[n]}"
        """);

    Exchange sent =
        send(
            "direct:go",
            Map.of(
                "data",
                Map.of("of", "root"),
                "children",
                List.of(
                    Map.of(
                        "queueName",
                        "child-" + fixture.queue,
                        "data",
                        Map.of("n", 7),
                        "opts",
                        Map.of("jobId", "leaf", "failParentOnFailure", true)))));

    String id = sent.getMessage().getHeader(BullMQConstants.ADDED_JOB_ID, String.class);
    await().atMost(SOON).until(() -> fixture.finished(id));
    assertThat(fixture.job(id).returnValue())
        .isEqualTo(
            "{\"%s\":\"%s 7\"}"
                .formatted(
                    TestRedis.key("child-" + fixture.queue, "leaf"),
                    TestRedis.key(fixture.queue, id)));
  }

  /** Also when the child is faster than its parent, and is complete before the parent waits. */
  @ParameterizedTest(name = "child is faster: {0}")
  @ValueSource(booleans = {false, true})
  void shouldRunAgainWhenTheChildrenThatTheRouteAddedHaveEnded(boolean faster) throws Exception {
    CountDownLatch asked = new CountDownLatch(1);
    fixture.camel.getRegistry().bind("held", (Processor) exchange -> asked.await());
    fixture
        .camel
        .getRegistry()
        .bind(
            "slow",
            (Processor)
                exchange ->
                    await()
                        .atMost(SOON)
                        .until(
                            () ->
                                !faster
                                    || TestRedis.observer()
                                        .exists(
                                            TestRedis.key("child-" + fixture.queue, "completed"))
                                        .equals(1L)));
    if (faster) {
      asked.countDown();
    }
    fixture.start(
        """
        - route:
            from:
              uri: bullmq:QUEUE
              parameters:
                childrenValues: true
              steps:
                - choice:
                    when:
                      - simple: "${header.CamelBullMQChildrenValues.isEmpty()}"
                        steps:
                          - setBody:
                              simple: >-
                                {"queueName": "child-QUEUE", "opts": {"jobId": "leaf",
                                 "parent": {"id": "${header.CamelBullMQJobId}", "queue": "QUEUE"}}}
                          - to:
                              uri: bullmq:QUEUE?flow=true
                          - process:
                              ref: slow
                          - setHeader:
                              name: CamelBullMQWaitForChildren
                              constant: "true"
                    otherwise:
                      steps:
                        - setBody:
                            simple: "${header.CamelBullMQChildrenValues}"
        - route:
            from:
              uri: bullmq:child-QUEUE
              steps:
                - process:
                    ref: held
                - setBody:
                    constant: "done"
        """);

    String id =
        fixture
            .engine
            .queue(fixture.queue)
            .add(new NewJob("parent", "{}", JobOptions.DEFAULT))
            .join()
            .id();

    if (!faster) {
      await()
          .atMost(SOON)
          .until(
              () ->
                  TestRedis.observer()
                      .exists(TestRedis.key(fixture.queue, "waiting-children"))
                      .equals(1L));
      asked.countDown();
    }
    await().atMost(SOON).until(() -> fixture.finished(id));
    assertThat(fixture.job(id).returnValue())
        .isEqualTo("{\"%s\":\"done\"}".formatted(TestRedis.key("child-" + fixture.queue, "leaf")));
    assertThat(fixture.job(id).attemptsMade()).isEqualTo(1);
  }

  @Test
  void shouldTellTheRouteWhatIsWrongWithItsFlow() throws Exception {
    fixture.start(
        """
        - route:
            from:
              uri: direct:go
              steps:
                - to:
                    uri: bullmq:QUEUE?flow=true
        """);

    assertThat(send("direct:go", "soon").getException()).hasMessageContaining("set an object with");
    assertThat(send("direct:go", Map.of("children", List.of(Map.of("name", "c")))).getException())
        .hasMessageContaining("named \"c\", has no queueName");
    assertThat(
            send(
                    "direct:go",
                    Map.of("opts", Map.of("parent", Map.of("id", "none", "queue", "nowhere"))))
                .getException())
        .hasMessageContaining("1 flow(s) could not be added at bullmq://" + fixture.queue)
        .hasMessageContaining("parent job none of queue nowhere does not exist");
  }

  private Exchange send(String to, Object body) throws Exception {
    try (ProducerTemplate template = fixture.camel.createProducerTemplate()) {
      return template.request(to, exchange -> exchange.getMessage().setBody(body));
    }
  }
}
