package dev.millrace.component;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.millrace.queue.JobOptions;
import dev.millrace.queue.NewJob;
import dev.millrace.queue.QueueEvent;
import dev.millrace.queue.QueueEvents;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.apache.camel.component.mock.MockEndpoint;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** {@code bullmq:events} in routes. */
class EventsRouteTest {

  private static final Duration SOON = Duration.ofSeconds(10);

  private final RouteFixture fixture = new RouteFixture();

  @AfterEach
  void close() {
    fixture.close();
  }

  private void add(String queue, String name) {
    fixture.engine.queue(queue).add(new NewJob(name, "{\"n\":1}", JobOptions.DEFAULT)).join();
  }

  private void publish(String name) {
    fixture.engine.events().publish(fixture.queue, name, Map.of("n", "1")).join();
  }

  private MockEndpoint heard() {
    return fixture.camel.getEndpoint("mock:heard", MockEndpoint.class);
  }

  private List<Object> names() {
    return heard().getReceivedExchanges().stream()
        .map(exchange -> exchange.getMessage().getHeader(BullMQConstants.EVENT))
        .toList();
  }

  private void follow(String options) throws Exception {
    fixture.start(
        """
        - route:
            id: listen
            from:
              uri: bullmq:events
              parameters:
                queues: "QUEUE, QUEUE-b"
        %s
              steps:
                - to:
                    uri: mock:heard
        """
            .formatted(options));
  }

  @Test
  void shouldGiveWantedEventsOfAllNamedQueues() throws Exception {
    follow("        events: \"completed,failed\"\n        fromEventId: \"0\"");
    for (String queue : List.of(fixture.queue, fixture.queue + "-b")) {
      add(queue, "mail");
      fixture.engine.consume(
          dev.millrace.queue.ConsumerOptions.of(queue), run -> run.complete("{\"fine\":true}"));
    }

    await().atMost(SOON).until(() -> heard().getReceivedCounter() == 2);

    assertThat(heard().getReceivedExchanges())
        .allSatisfy(
            exchange -> {
              var message = exchange.getMessage();
              assertThat(message.getHeader("CamelBullMQEvent")).isEqualTo("completed");
              assertThat(message.getHeader("CamelBullMQJobId")).isEqualTo("1");
              assertThat(message.getHeader("CamelBullMQEventId", String.class))
                  .matches("\\d+-\\d+");
              assertThat(message.getBody())
                  .isEqualTo(
                      Map.of("jobId", "1", "returnvalue", "{\"fine\":true}", "prev", "active"));
            })
        .extracting(exchange -> exchange.getMessage().getHeader("CamelBullMQQueue"))
        .containsExactlyInAnyOrder(fixture.queue, fixture.queue + "-b");
  }

  @Test
  void shouldGoOnWhereItWasAfterSuspendAndAfterStop() throws Exception {
    follow("        fromEventId: \"0\"");
    var routes = fixture.camel.getRouteController();
    publish("one");
    await().atMost(SOON).until(() -> names().equals(List.of("one")));

    routes.suspendRoute("listen");
    publish("two");
    routes.resumeRoute("listen");
    await().atMost(SOON).until(() -> names().equals(List.of("one", "two")));

    routes.stopRoute("listen");
    publish("three");
    routes.startRoute("listen");
    await().atMost(SOON).until(() -> names().equals(List.of("one", "two", "three")));
  }

  @Test
  void shouldHearNothingWhileItIsSuspended() throws Exception {
    follow("        fromEventId: \"0\"");
    publish("one");
    await().atMost(SOON).until(() -> names().equals(List.of("one")));
    fixture.camel.getRouteController().suspendRoute("listen");
    List<QueueEvent> elsewhere = Collections.synchronizedList(new ArrayList<>());
    fixture.engine.events().follow(Map.of(fixture.queue, QueueEvents.OLDEST), elsewhere::add);

    publish("two");
    await().atMost(SOON).until(() -> elsewhere.size() == 2);

    assertThat(names()).containsExactly("one");
  }

  @Test
  void shouldGoOnAfterAnEventWhoseRouteFailed() throws Exception {
    fixture.start(
        """
        - route:
            from:
              uri: bullmq:events
              parameters:
                queues: QUEUE
                fromEventId: "0"
              steps:
                - to:
                    uri: mock:heard
                - throwException:
                    exceptionType: java.lang.IllegalStateException
                    message: on purpose
        """);

    publish("one");
    publish("two");

    await().atMost(SOON).until(() -> names().equals(List.of("one", "two")));
  }

  @Test
  void shouldWriteEventsOfItsOwn() throws Exception {
    fixture.start(
        """
        - route:
            from:
              uri: direct:start
              steps:
                - setHeader:
                    name: CamelBullMQPublishEvent
                    constant: exported
                - to:
                    uri: bullmq:events
                    parameters:
                      queues: QUEUE
        """);
    List<QueueEvent> heard = Collections.synchronizedList(new ArrayList<>());
    fixture.engine.events().follow(fixture.queue, heard::add).ready().join();

    try (var template = fixture.camel.createProducerTemplate()) {
      template.sendBody("direct:start", Map.of("rows", 3));
    }

    await().atMost(SOON).until(() -> heard.size() == 1);
    assertThat(heard.get(0).name()).isEqualTo("exported");
    assertThat(heard.get(0).fields()).isEqualTo(Map.of("rows", "3"));
  }

  @Test
  void shouldTakeEventsWithoutQueuesForAQueueOfThatName() throws Exception {
    fixture.start(
        """
        - route:
            from:
              uri: bullmq:events
              steps:
                - to:
                    uri: mock:heard
        """);
    heard().expectedHeaderReceived(BullMQConstants.JOB_NAME, "meeting");

    add("events", "meeting");

    heard().assertIsSatisfied(10_000);
  }

  @Test
  void shouldRefuseOptionsThatMeanNothing() {
    assertThatThrownBy(() -> fixture.camel.getEndpoint("bullmq:mail?queues=a"))
        .hasRootCauseMessage(
            "option queues belongs to bullmq:events; write bullmq:events?queues=a instead of bullmq:mail");
    assertThatThrownBy(() -> fixture.camel.getEndpoint("bullmq:events?events=completed"))
        .rootCause()
        .hasMessageContaining("need queues");
    assertThatThrownBy(() -> fixture.camel.getEndpoint("bullmq:events?queues=,"))
        .rootCause()
        .hasMessageContaining("names no queue");
  }
}
