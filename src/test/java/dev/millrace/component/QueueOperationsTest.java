package dev.millrace.component;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.millrace.NodeSession;
import dev.millrace.queue.JobOptions;
import dev.millrace.queue.JobState;
import dev.millrace.queue.NewJob;
import dev.millrace.queue.QueueAdmin;
import dev.millrace.queue.QueueRefusal;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.camel.CamelExecutionException;
import org.apache.camel.Exchange;
import org.apache.camel.FailedToCreateProducerException;
import org.apache.camel.ProducerTemplate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Routes manage queues with the option operation. */
class QueueOperationsTest {

  private final RouteFixture fixture = new RouteFixture();
  private final QueueAdmin admin = fixture.engine.admin(fixture.queue);
  private ProducerTemplate template;

  @BeforeEach
  void start() {
    fixture.camel.start();
    template = fixture.camel.createProducerTemplate();
  }

  @AfterEach
  void close() {
    fixture.close();
  }

  private void add(String id, JobOptions.Builder options) {
    fixture
        .engine
        .queue(fixture.queue)
        .add(new NewJob("n", "{\"a\":1}", options.jobId(id).build()))
        .join();
  }

  private void add(String id) {
    add(id, JobOptions.builder());
  }

  private void failed(String id) {
    NodeSession.run(
        """
        await queue6(args[0]).add('n', {}, {jobId: args[1]});
        const worker = new v6.Worker(args[0], null, {connection: connection(), prefix});
        await (await worker.getNextJob('t')).moveToFailed(new Error('broken'), 't', false);
        await worker.close();
        """,
        fixture.queue,
        id);
  }

  private Object call(String options, Object body, Object target) {
    String uri = "bullmq:" + fixture.queue + "?operation=" + options;
    return target == null
        ? template.requestBody(uri, body)
        : template.requestBodyAndHeader(uri, body, BullMQConstants.TARGET_JOB_ID, target);
  }

  private Object call(String options) {
    return call(options, "the body", null);
  }

  private static Map<String, Object> map(Object found) {
    Map<String, Object> map = new java.util.LinkedHashMap<>();
    ((Map<?, ?>) found).forEach((key, value) -> map.put((String) key, value));
    return map;
  }

  private static List<Object> each(Object found, String field) {
    List<Object> values = new java.util.ArrayList<>();
    ((List<?>) found).forEach(row -> values.add(((Map<?, ?>) row).get(field)));
    return values;
  }

  private JobState state(String id) {
    return admin.job(id).state().join().orElseThrow();
  }

  @Test
  void shouldPauseAndResumeAndLeaveTheBody() {
    assertThat(call("pause")).isEqualTo("the body");
    assertThat(call("isPaused")).isEqualTo(true);
    assertThat(call("resume")).isEqualTo("the body");
    assertThat(call("isPaused")).isEqualTo(false);
  }

  @Test
  void shouldCountAndList() {
    add("a");
    add("b");
    add("c", JobOptions.builder().priority(3));

    assertThat(map(call("counts")))
        .hasSize(8)
        .containsEntry("waiting", 2L)
        .containsEntry("prioritized", 1L);
    assertThat(call("countsPerPriority&priority=0,3")).isEqualTo(Map.of(0, 2L, 3, 1L));
    assertThat(each(call("list"), "id")).containsExactly("a", "b");
    assertThat(each(call("list&state=prioritized,waiting&end=0&ascending=false"), "id"))
        .containsExactly("c", "b");
  }

  @Test
  void shouldReadOneJob() {
    add("a");
    Map<?, ?> job = (Map<?, ?>) call("get", null, "a");
    assertThat(job.get("data")).isEqualTo(Map.of("a", 1));
    assertThat(job.get("name")).isEqualTo("n");
    assertThat(call("state", null, "a")).isEqualTo("waiting");
    assertThat(call("state&jobId=none")).isEqualTo("unknown");
    assertThat(call("get&jobId=none")).isNull();
  }

  @Test
  void shouldMoveJobs() {
    add("a", JobOptions.builder().delay(Duration.ofHours(1)));
    add("b", JobOptions.builder().delay(Duration.ofHours(2)));
    call("changeDelay&delay=3h", null, "a");
    assertThat(each(call("list&state=delayed"), "id")).containsExactly("b", "a");
    call("promote", null, "a");
    assertThat(state("a")).isEqualTo(JobState.WAITING);
    call("changePriority&priority=4", null, "a");
    assertThat(state("a")).isEqualTo(JobState.PRIORITIZED);
    assertThat(call("promoteAll")).isEqualTo(1);
    assertThat(state("b")).isEqualTo(JobState.WAITING);
  }

  @Test
  void shouldRetry() {
    failed("a");
    failed("b");
    call("retry&resetAttempts=true", null, "a");
    assertThat(fixture.job("a").attemptsMade()).isZero();
    assertThat(call("retryAll&limit=5")).isEqualTo(1);
    assertThat(state("b")).isEqualTo(JobState.WAITING);
  }

  @Test
  void shouldRemoveDrainCleanAndObliterate() {
    for (String id : List.of("a", "b", "c")) {
      add(id);
    }
    add("d", JobOptions.builder().delay(Duration.ofHours(1)));
    assertThat(call("remove", null, "a")).isEqualTo(true);
    assertThat(call("remove", null, "a")).isEqualTo(false);
    assertThat(call("clean&state=wait&limit=1")).isEqualTo(List.of("b"));
    assertThat(call("clean&state=wait&grace=1h")).isEqualTo(List.of());
    assertThat(call("drain&delayed=true")).isEqualTo(2);
    call("obliterate");
    assertThat(admin.counts().join().values()).containsOnly(0L);
  }

  @Test
  void shouldWriteDownWhatARouteKnowsOfAJob() {
    add("a");
    call("updateData", Map.of("b", 2), "a");
    call("updateProgress", 50, "a");
    call("addLog", "first", "a");
    call("addLog&keepLogs=2", "second", "a");
    assertThat(fixture.job("a").data()).isEqualTo("{\"b\":2}");
    assertThat(call("logs", null, "a")).isEqualTo(List.of("first", "second"));
    assertThat(call("logs&ascending=false&end=0", null, "a")).isEqualTo(List.of("second"));
    call("clearLogs", null, "a");
    assertThat(call("logs", null, "a")).isEqualTo(List.of());
    assertThat(
            NodeSession.run("return (await queue6(args[0]).getJob('a')).progress", fixture.queue)
                .asInt())
        .isEqualTo(50);
  }

  @Test
  void shouldReplayDeadLettersAndSayWho() {
    failed("a");
    failed("b");
    assertThat(each(call("deadLetters"), "reason")).containsExactly("broken", "broken");

    call("replay&by=ada", null, "b");
    assertThat(call("replay&reason=broken&by=ada"))
        .isEqualTo(Map.of("replayed", List.of("a"), "refused", List.of()));

    assertThat((List<?>) call("deadLetters")).isEmpty();
    assertThat(state("a")).isEqualTo(JobState.WAITING);
  }

  @Test
  void shouldSetAndReadLimits() {
    assertThat(call("globalConcurrency", null, null)).isNull();
    call("globalConcurrency&max=3");
    assertThat(call("globalConcurrency")).isEqualTo(3);
    call("globalConcurrency&max=0");
    assertThat(admin.limits().concurrency().join()).isEmpty();
    call("globalRateLimit&max=5&duration=10s");
    assertThat(call("globalRateLimit")).isEqualTo(Map.of("max", 5, "duration", 10_000L));
    call("globalRateLimit&max=0");
    assertThat(call("globalRateLimit", null, null)).isNull();
    call("rateLimit&duration=1m");
    assertThat((Long) call("rateLimitTtl")).isBetween(50_000L, 60_000L);
    assertThat(map(call("metrics&state=failed"))).containsEntry("count", 0L);
    assertThat(call("workers")).isEqualTo(List.of());
  }

  @Test
  void shouldFreeDeduplicationIds() {
    for (String id : List.of("a", "b")) {
      add(
          id,
          JobOptions.builder()
              .deduplication(dev.millrace.queue.Deduplication.untilDone("of-" + id)));
    }
    assertThat(call("removeDeduplicationKey", null, "a")).isEqualTo(true);
    assertThat(call("removeDeduplicationKey&deduplicationId=of-b")).isEqualTo(true);
    assertThat(call("removeDeduplicationKey&deduplicationId=of-b")).isEqualTo(false);
  }

  @Test
  void shouldTakeParametersFromExpressions() {
    add("a");
    add("b");
    assertThat(
            template.requestBodyAndHeaders(
                "bullmq:"
                    + fixture.queue
                    + "?operation=${header.what}&state=${header.where}&end=${header.last}",
                null,
                Map.of("what", "list", "where", "waiting", "last", 0)))
        .asInstanceOf(org.assertj.core.api.InstanceOfAssertFactories.LIST)
        .hasSize(1);
  }

  @Test
  void shouldShowAFlowAndTakeItApart() {
    String children = "[{\"name\":\"c\",\"queueName\":\"%s\",\"opts\":{\"jobId\":\"%s\"}}]";
    template.requestBody(
        "bullmq:" + fixture.queue + "?flow=true",
        "{\"name\":\"p\",\"opts\":{\"jobId\":\"p\"},\"children\":"
            + children.formatted(fixture.queue, "c")
            + "}");
    template.requestBody(
        "bullmq:" + fixture.queue + "?flow=true",
        "{\"name\":\"r\",\"opts\":{\"jobId\":\"r\"},\"children\":"
            + children.formatted(fixture.queue, "d")
            + "}");

    assertThat(map(call("getFlow", null, "p")).get("children"))
        .asInstanceOf(org.assertj.core.api.InstanceOfAssertFactories.list(Object.class))
        .singleElement()
        .satisfies(child -> assertThat(map(child)).containsEntry("id", "c"));
    assertThat(call("getFlow", null, "nobody")).isNull();
    assertThat(call("removeChildDependency", null, "c")).isEqualTo(true);
    assertThat(call("removeUnprocessedChildren", null, "r")).isEqualTo(1L);
    assertThat(call("state", null, "p")).isEqualTo("waiting");
    assertThat(call("state", null, "r")).isEqualTo("waiting");
    assertThat(call("state", null, "d")).isEqualTo("unknown");
  }

  @Test
  void shouldLetAJobLogForItself() throws Exception {
    fixture.start(
        """
        - route:
            from:
              uri: bullmq:QUEUE
              steps:
                - setBody:
                    constant: half way
                - to:
                    uri: bullmq:QUEUE
                    parameters:
                      operation: addLog
                      jobId: "${header.CamelBullMQJobId}"
        """);
    add("a");
    await().atMost(Duration.ofSeconds(10)).until(() -> fixture.finished("a"));
    assertThat(call("logs", null, "a")).isEqualTo(List.of("half way"));
  }

  @Test
  void shouldTellTheRouteWhyTheQueueRefuses() {
    add("a");
    Exchange reply =
        template.request("bullmq:" + fixture.queue + "?operation=promote&jobId=a", exchange -> {});
    assertThat(reply.getException())
        .isInstanceOf(QueueRefusal.class)
        .hasMessageContaining("is waiting, not delayed");
  }

  @Test
  void shouldSayWhichJobOrOptionIsMissing() {
    assertThatThrownBy(() -> call("promote"))
        .isInstanceOf(CamelExecutionException.class)
        .rootCause()
        .hasMessageContaining("CamelBullMQTargetJobId");
    assertThatThrownBy(() -> call("changeDelay&jobId=a"))
        .rootCause()
        .hasMessageContaining("needs the option delay");
    assertThatThrownBy(() -> call("clean&state=wating"))
        .rootCause()
        .hasMessageContaining("did you mean \"waiting\"?");
    assertThatThrownBy(() -> call("clean&limit=many"))
        .cause()
        .hasMessageContaining("limit \"many\" is not a whole number");
  }

  @Test
  void shouldSuggestTheOperationThatWasMeant() {
    assertThatThrownBy(() -> call("promot&jobId=a"))
        .isInstanceOf(FailedToCreateProducerException.class)
        .rootCause()
        .hasMessageContaining("Unknown operation \"promot\"; did you mean \"promote\"?");
    assertThatThrownBy(() -> call("fly")).rootCause().hasMessageContaining("known are [add, pause");
  }
}
