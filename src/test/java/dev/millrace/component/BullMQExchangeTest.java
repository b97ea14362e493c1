package dev.millrace.component;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.millrace.TestRedis;
import dev.millrace.queue.EngineListener;
import dev.millrace.queue.EngineOptions;
import dev.millrace.queue.Job;
import dev.millrace.queue.JobOptions;
import dev.millrace.queue.NewJob;
import dev.millrace.queue.QueueEngine;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.camel.Exchange;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.impl.engine.PooledExchangeFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever a route does with its exchange, the job ends once and as the route meant it. */
class BullMQExchangeTest {

  private static final Duration SOON = Duration.ofSeconds(10);

  private final RouteFixture fixture = new RouteFixture();

  @AfterEach
  void close() {
    fixture.close();
  }

  private String add(String data) {
    return add(data, JobOptions.DEFAULT);
  }

  private String add(String data, JobOptions options) {
    return fixture.engine.queue(fixture.queue).add(new NewJob("j", data, options)).join().id();
  }

  private Job ended(String id) {
    await().atMost(SOON).until(() -> fixture.finished(id));
    return fixture.job(id);
  }

  private Map<String, Long> counts() {
    return fixture.engine.queue(fixture.queue).counts().join();
  }

  @Test
  void shouldGoOnOnTheJobsOwnThreadAfterAddingAJob() throws Exception {
    fixture
        .camel
        .getRegistry()
        .bind(
            "where",
            (org.apache.camel.Processor)
                exchange -> exchange.getMessage().setBody(Thread.currentThread().toString()));
    fixture.start(
        """
        - route:
            from:
              uri: bullmq:QUEUE
              steps:
                - process:
                    ref: where
                - setHeader:
                    name: before
                    simple: "${body}"
                - to:
                    uri: bullmq:other-QUEUE
                - process:
                    ref: where
                - setBody:
                    simple: "${body} == ${header.before}"
        """);
    for (int i = 0; i < 20; i++) {
      String[] threads = ended(add("{}")).returnValue().replace("\"", "").split(" == ");
      assertThat(threads[0].replaceAll("@.*", "")).isEqualTo(threads[1].replaceAll("@.*", ""));
    }
  }

  @Test
  void shouldTellTheProducerThatRedisCannotBeReached() throws Exception {
    int nobody = TestRedis.freePort();
    try (TestRedis.Link link = TestRedis.link("down", nobody);
        DefaultCamelContext camel = new DefaultCamelContext()) {
      QueueEngine engine =
          new QueueEngine(link, EngineOptions.of("down"), EngineListener.NONE, Clock.systemUTC());
      camel.getRegistry().bind("queueEngine", engine);
      camel.start();
      try (ProducerTemplate template = camel.createProducerTemplate()) {
        Exchange reply = template.request("bullmq:mail", e -> e.getMessage().setBody(Map.of()));
        assertThat(reply.getException())
            .hasMessageContaining("queue mail")
            .hasMessageContaining("127.0.0.1");
      } finally {
        engine.close();
      }
    }
  }

  @Test
  void shouldEvaluateOptionsWithAllThatTheExchangeKnows() throws Exception {
    fixture.start(
        """
        - route:
            id: outer
            from:
              uri: direct:in
              steps:
                - setVariable:
                    name: who
                    constant: ada
                - split:
                    simple: "${body}"
                    steps:
                      - to:
                          uri: bullmq:QUEUE
                          parameters:
                            jobId: "${variable.who}-${exchangeProperty.CamelSplitIndex}-${routeId}-${body[n]}"
        """);
    try (ProducerTemplate template = fixture.camel.createProducerTemplate()) {
      template.sendBody("direct:in", List.of(Map.of("n", 7), Map.of("n", 8)));
    }
    assertThat(fixture.engine.queue(fixture.queue).find("ada-0-outer-7").join()).isPresent();
    assertThat(fixture.engine.queue(fixture.queue).find("ada-1-outer-8").join()).isPresent();
  }

  @Test
  void shouldTellWhyARouteFailedToTheJobsItAddsThen() throws Exception {
    fixture.start(
        """
        - onException:
            exception:
              - java.lang.IllegalStateException
            handled:
              constant: "true"
            steps:
              - to:
                  uri: bullmq:QUEUE
                  parameters:
                    name: "${exception.message}"
                    jobId: why
        - route:
            from:
              uri: direct:in
              steps:
                - throwException:
                    exceptionType: java.lang.IllegalStateException
                    message: broken
        """);
    try (ProducerTemplate template = fixture.camel.createProducerTemplate()) {
      template.sendBody("direct:in", Map.of());
    }
    assertThat(fixture.job("why").name()).isEqualTo("broken");
  }

  @Test
  void shouldAddNothingForAnEmptyList() throws Exception {
    try (ProducerTemplate template = fixture.camel.createProducerTemplate()) {
      fixture.camel.start();
      Exchange reply =
          template.request("bullmq:" + fixture.queue, e -> e.getMessage().setBody(List.of()));
      assertThat(reply.getException()).isNull();
      assertThat(reply.getMessage().getHeader(BullMQConstants.ADDED_JOB_ID)).isEqualTo(List.of());
    }
    assertThat(counts()).containsEntry("waiting", 0L);
  }

  @Test
  void shouldAddToAQueueThatTheMessageNames() throws Exception {
    fixture.start(
        """
        - route:
            from:
              uri: direct:in
              steps:
                - toD:
                    uri: "bullmq:${header.where}?jobId=${header.which}&delay=1h"
        """);
    try (ProducerTemplate template = fixture.camel.createProducerTemplate()) {
      template.sendBodyAndHeaders(
          "direct:in", Map.of("a", 1), Map.of("where", fixture.queue, "which", "the-one"));
    }
    assertThat(fixture.job("the-one").data()).isEqualTo("{\"a\":1}");
  }

  @ParameterizedTest
  @ValueSource(strings = {"maybe", "", "1"})
  void shouldEndAJobWhoseRouteSetAnOddUnrecoverable(String odd) throws Exception {
    fixture.camel.getRegistry().bind("odd", odd);
    fixture.start(
        """
        - route:
            from:
              uri: bullmq:QUEUE
              steps:
                - setHeader:
                    name: CamelBullMQUnrecoverable
                    simple: "${ref:odd}"
                - throwException:
                    exceptionType: java.lang.IllegalStateException
                    message: broken
        """);
    assertThat(ended(add("{}")).failedReason()).isEqualTo("broken");
  }

  @Test
  void shouldFailTheAttemptWhenTheRouteMarksItsExchangeForRollback() throws Exception {
    fixture.start(
        """
        - route:
            from:
              uri: bullmq:QUEUE
              steps:
                - rollback:
                    markRollbackOnly: true
        """);
    assertThat(ended(add("{}")).failedReason()).contains("rollback");
  }

  @Test
  void shouldFailAJobWhoseResultCannotBeRead() throws Exception {
    InputStream broken =
        new InputStream() {
          @Override
          public int read() throws IOException {
            throw new IOException("the file is gone");
          }
        };
    fixture.camel.setStreamCaching(false);
    respond(broken);
    assertThat(ended(add("{}", JobOptions.builder().attempts(3).build())).failedReason())
        .contains("the file is gone");
  }

  private void respond(Object body) throws Exception {
    fixture
        .camel
        .getRegistry()
        .bind(
            "respond",
            (org.apache.camel.Processor) exchange -> exchange.getMessage().setBody(body));
    fixture.start(
        """
        - route:
            from:
              uri: bullmq:QUEUE
              steps:
                - process:
                    ref: respond
        """);
  }

  /** A result as a bean might return it. */
  public record Result(Instant at, Optional<String> none, Duration took) {}

  @Test
  void shouldReturnValuesOfAnyUsualType() throws Exception {
    Map<Object, String> wanted = new LinkedHashMap<>();
    wanted.put(
        new Result(Instant.parse("2026-11-23T10:00:00Z"), Optional.empty(), Duration.ofSeconds(90)),
        "{\"at\":\"2026-11-23T10:00:00Z\",\"none\":null,\"took\":\"PT1M30S\"}");
    wanted.put(Instant.parse("2026-11-23T10:00:00Z"), "\"2026-11-23T10:00:00Z\"");
    wanted.put(Optional.of(3), "3");
    wanted.put("{\"text\":1}", "\"{\\\"text\\\":1}\"");
    wanted.put("1 2".getBytes(StandardCharsets.UTF_8), "\"1 2\"");
    wanted.put("{\"a\":1} tail".getBytes(StandardCharsets.UTF_8), "\"{\\\"a\\\":1} tail\"");
    wanted.put(new ByteArrayInputStream("{\"a\":1}".getBytes(StandardCharsets.UTF_8)), "{\"a\":1}");
    AtomicReference<Object> next = new AtomicReference<>();
    fixture
        .camel
        .getRegistry()
        .bind(
            "next",
            (org.apache.camel.Processor) exchange -> exchange.getMessage().setBody(next.get()));
    fixture.start(
        """
        - route:
            from:
              uri: bullmq:QUEUE
              steps:
                - process:
                    ref: next
        """);
    for (Map.Entry<Object, String> pair : wanted.entrySet()) {
      next.set(pair.getKey());
      assertThat(ended(add("{}")).returnValue()).isEqualTo(pair.getValue());
    }
    next.set(null);
    assertThat(ended(add("{}")).returnValue()).isEqualTo("null");
  }

  @Test
  void shouldNotStoreDataThatOnlyBeginsAsJson() throws Exception {
    fixture.camel.start();
    try (ProducerTemplate template = fixture.camel.createProducerTemplate()) {
      template.sendBody("bullmq:" + fixture.queue + "?jobId=odd", "{\"a\":1} {");
    }
    assertThat(fixture.job("odd").data()).isEqualTo("\"{\\\"a\\\":1} {\"");
  }

  @ParameterizedTest
  @ValueSource(strings = {"seda", "threads", "delay"})
  void shouldEndAJobWhereItsExchangeEnds(String how) throws Exception {
    String step =
        switch (how) {
          case "seda" -> "- to: {uri: \"seda:QUEUE?waitForTaskToComplete=Never\"}";
          case "threads" -> "- threads: {poolSize: 2}\n        - to: {uri: \"direct:tail\"}";
          default ->
              "- delay: {constant: \"200\", asyncDelayed: true}\n        - to: {uri: \"direct:tail\"}";
        };
    fixture.start(
        """
        - route:
            from:
              uri: bullmq:QUEUE
              steps:
        %s
        - route:
            from:
              uri: seda:QUEUE
              steps:
                - delay:
                    constant: "200"
                - to:
                    uri: direct:tail
        - route:
            from:
              uri: direct:tail
              steps:
                - setBody:
                    simple: "${body[n]} at the end"
        """
            .formatted("        " + step));
    String id = add("{\"n\":4}");
    assertThat(ended(id).returnValue()).isEqualTo("\"4 at the end\"");
    assertThat(fixture.job(id).attemptsMade()).isEqualTo(1);
  }

  @Test
  void shouldNotCarryAnythingOverBetweenPooledExchanges() throws Exception {
    fixture.camel.getCamelContextExtension().setExchangeFactory(new PooledExchangeFactory());
    fixture.start(
        """
        - route:
            from:
              uri: bullmq:QUEUE
              steps:
                - setBody:
                    simple: "${header.seen} ${header.CamelBullMQJobId}"
                - setHeader:
                    name: seen
                    constant: before
        """);
    for (int i = 0; i < 5; i++) {
      String id = add("{}");
      assertThat(ended(id).returnValue()).isEqualTo("\" " + id + "\"");
    }
  }

  @Test
  void shouldCompleteAJobThatTheDeadLetterChannelTook() throws Exception {
    fixture.start(
        """
        - errorHandler:
            deadLetterChannel:
              deadLetterUri: direct:dead
        - route:
            from:
              uri: direct:dead
              steps:
                - setBody:
                    simple: "buried: ${exception.message}"
        - route:
            from:
              uri: bullmq:QUEUE
              steps:
                - throwException:
                    exceptionType: java.lang.IllegalStateException
                    message: broken
        """);
    assertThat(ended(add("{}")).returnValue()).isEqualTo("\"buried: broken\"");
  }

  @Test
  void shouldWorkAgainAfterItsRouteWasStoppedAndStarted() throws Exception {
    fixture.start(
        """
        - route:
            id: again
            from:
              uri: bullmq:QUEUE
              steps:
                - setBody:
                    constant: done
        """);
    for (int i = 0; i < 3; i++) {
      ended(add("{}"));
      fixture.camel.getRouteController().stopRoute("again");
      String between = add("{}");
      assertThat(counts()).containsEntry("waiting", 1L);
      fixture.camel.getRouteController().startRoute("again");
      ended(between);
    }
    fixture.camel.getRouteController().suspendRoute("again");
    fixture.camel.getRouteController().stopRoute("again");
    fixture.camel.getRouteController().startRoute("again");
    ended(add("{}"));
  }
}
