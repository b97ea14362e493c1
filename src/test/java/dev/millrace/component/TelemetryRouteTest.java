package dev.millrace.component;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.NodeSession;
import dev.millrace.TestRedis;
import dev.millrace.queue.JobOptions;
import dev.millrace.queue.NewJob;
import io.opentelemetry.api.baggage.propagation.W3CBaggagePropagator;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.propagation.ContextPropagators;
import io.opentelemetry.context.propagation.TextMapPropagator;
import io.opentelemetry.sdk.testing.exporter.InMemorySpanExporter;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.camel.component.mock.MockEndpoint;
import org.apache.camel.opentelemetry2.OpenTelemetryTracer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Node programs with bullmq-otel and routes with Camel's OpenTelemetry tracer make one trace. */
class TelemetryRouteTest {

  private static final Duration SOON = Duration.ofSeconds(10);

  private final RouteFixture fixture = new RouteFixture();
  private final InMemorySpanExporter spans = InMemorySpanExporter.create();

  @BeforeEach
  void trace() {
    Tracer tracer =
        SdkTracerProvider.builder()
            .addSpanProcessor(SimpleSpanProcessor.create(spans))
            .build()
            .get("test");
    fixture.camel.getRegistry().bind("tracer", tracer);
    fixture
        .camel
        .getRegistry()
        .bind(
            "propagators",
            ContextPropagators.create(
                TextMapPropagator.composite(
                    W3CTraceContextPropagator.getInstance(), W3CBaggagePropagator.getInstance())));
    OpenTelemetryTracer camelTracer = new OpenTelemetryTracer();
    camelTracer.setCamelContext(fixture.camel);
    camelTracer.init(fixture.camel);
  }

  @AfterEach
  void close() {
    fixture.close();
  }

  private void routes() throws Exception {
    fixture.start(
        """
        - route:
            from:
              uri: bullmq:QUEUE
              steps:
                - to:
                    uri: mock:ran
                - choice:
                    when:
                      - simple: "${body[fail]} == true && ${header.CamelBullMQAttemptsMade} == 0"
                        steps:
                          - throwException:
                              exceptionType: java.lang.IllegalStateException
                              message: not yet
        - route:
            from:
              uri: direct:add
              steps:
                - to:
                    uri: bullmq:QUEUE-node
        - route:
            from:
              uri: direct:add-alone
              steps:
                - to:
                    uri: bullmq:QUEUE-node
                    parameters:
                      omitContext: true
        """);
  }

  private MockEndpoint ran() {
    return fixture.camel.getEndpoint("mock:ran", MockEndpoint.class);
  }

  private JsonNode addByNode(String data, String options) {
    return NodeSession.run(
        """
        const { telemetry, spans, context, propagation } = await otel();
        const q = new v6.Queue(args[0], { connection: connection(), prefix, telemetry });
        const baggage = propagation.createBaggage({ tenant: { value: 'seven' } });
        await context.with(propagation.setBaggage(context.active(), baggage), () =>
          q.add('mail', JSON.parse(args[1]), JSON.parse(args[2])));
        await q.close();
        return spans().filter((s) => s.name === `add ${args[0]}.mail`).pop();
        """,
        fixture.queue,
        data,
        options);
  }

  private SpanData spanOf(String endpoint) {
    await()
        .atMost(SOON)
        .until(
            () ->
                spans.getFinishedSpanItems().stream().anyMatch(s -> s.getName().equals(endpoint)));
    return spans.getFinishedSpanItems().stream()
        .filter(s -> s.getName().equals(endpoint))
        .reduce((first, last) -> last)
        .orElseThrow();
  }

  @Test
  void shouldContinueTheTraceOfANodeProducer() throws Exception {
    routes();

    JsonNode node = addByNode("{}", "{}");

    SpanData ours = spanOf(fixture.queue);
    assertThat(ours.getTraceId()).isEqualTo(node.get("traceId").asText());
    assertThat(ours.getParentSpanId()).isEqualTo(node.get("spanId").asText());
    assertThat(ran().getReceivedExchanges().get(0).getMessage().getHeader("baggage"))
        .isEqualTo("tenant=seven");
  }

  @Test
  void shouldBeginATraceOfItsOwnWhenTheProducerOmitsTheContext() throws Exception {
    routes();

    JsonNode node = addByNode("{}", "{\"telemetry\":{\"omitContext\":true}}");

    SpanData ours = spanOf(fixture.queue);
    assertThat(ours.getTraceId()).isNotEqualTo(node.get("traceId").asText());
    assertThat(ours.getParentSpanContext().isValid()).isFalse();
  }

  @Test
  void shouldKeepTheTraceOverRetryAndDelay() throws Exception {
    routes();

    JsonNode node =
        addByNode(
            "{\"fail\":true}",
            "{\"delay\":50,\"attempts\":2,\"backoff\":{\"type\":\"fixed\",\"delay\":50}}");

    await().atMost(SOON).until(() -> fixture.finished("1"));
    List<SpanData> runs =
        spans.getFinishedSpanItems().stream()
            .filter(s -> s.getName().equals(fixture.queue))
            .toList();
    assertThat(runs)
        .hasSize(2)
        .allSatisfy(
            run -> assertThat(run.getParentSpanId()).isEqualTo(node.get("spanId").asText()));
  }

  @Test
  void shouldLetANodeWorkerContinueTheTraceOfARoute() throws Exception {
    routes();
    try (var template = fixture.camel.createProducerTemplate()) {
      template.sendBody("direct:add", "{\"n\":1}");
    }

    JsonNode node = workByNode();

    SpanData ours = spanOf(fixture.queue + "-node");
    assertThat(node.get("traceId").asText()).isEqualTo(ours.getTraceId());
    assertThat(node.get("parent").asText()).isEqualTo(ours.getSpanId());
  }

  @Test
  void shouldKeepTheContextOutOfTheJobWhenTold() throws Exception {
    routes();
    try (var template = fixture.camel.createProducerTemplate()) {
      template.sendBody("direct:add-alone", "{\"n\":1}");
    }
    String opts = TestRedis.observer().hget(TestRedis.key(fixture.queue + "-node", "1"), "opts");
    assertThat(opts).contains("\"omc\":true").doesNotContain("\"tm\"");

    JsonNode node = workByNode();

    assertThat(node.get("traceId").asText())
        .isNotEqualTo(spanOf(fixture.queue + "-node").getTraceId());
  }

  @Test
  void shouldTakeNoOtherHeaderFromAJob() throws Exception {
    routes();
    String metadata =
        "{\"CamelBullMQUnrecoverable\":\"true\",\"CamelBullMQWaitUntil\":\"9999999999999\",\"x\":\"y\"}";

    fixture
        .engine
        .queue(fixture.queue)
        .add(new NewJob("mail", "{}", JobOptions.builder().telemetryMetadata(metadata).build()))
        .join();

    await().atMost(SOON).until(() -> fixture.finished("1"));
    Map<String, Object> headers = ran().getReceivedExchanges().get(0).getMessage().getHeaders();
    assertThat(headers).doesNotContainKeys("CamelBullMQUnrecoverable", "CamelBullMQWaitUntil", "x");
  }

  private JsonNode workByNode() {
    return NodeSession.run(
        """
        const { telemetry, spans } = await otel();
        const w = new v6.Worker(args[0], async () => 1, { connection: connection(), prefix, telemetry });
        await new Promise((r) => w.on('completed', r));
        await w.close();
        return spans().filter((s) => s.name === 'process ' + args[0]).pop();
        """,
        fixture.queue + "-node");
  }
}
