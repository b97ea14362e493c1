package dev.millrace.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.millrace.NodeSession;
import dev.millrace.TestRedis;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is refused before it reaches Redis, and what looks odd and is nevertheless allowed. */
class RefusedJobsTest {

  private final EngineFixture mill = new EngineFixture();

  @BeforeEach
  void emptyRedis() {
    TestRedis.flush();
  }

  @AfterEach
  void close() {
    mill.close();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "''      | name is empty",
        "' '     | name is empty",
        "a:b     | a:b",
        ":       | ':'",
      })
  void shouldRefuseQueueNamesThatBreakKeysApart(String name, String named) {
    assertThatThrownBy(() -> mill.engine.queue(name))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("queue name")
        .hasMessageContaining(named);
    assertThatThrownBy(() -> mill.engine.consume(ConsumerOptions.of(name), run -> {}))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("queue name");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"post box", "почта", "📮", "a*b?[c]", "meta", "wait", "with\"quotes'", "{}"})
  void shouldWorkQueuesOfAnyOtherNameTogetherWithNode(String name) {
    mill.engine.consume(ConsumerOptions.of(name), run -> run.complete(run.job().data()));

    String id =
        NodeSession.run("return (await queue6(args[0]).add('n', {n: args[0]})).id", name).asText();

    await().atMost(EngineFixture.SOON).until(() -> mill.heard.contains(id + " COMPLETED"));
    assertThat(
            NodeSession.run(
                    "return (await queue6(args[0]).getJob(args[1])).returnvalue.n", name, id)
                .asText())
        .isEqualTo(name);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {" ", "\n\t\u0001", "почта 📮", "a:b:c", "__default__", "constructor", "0"})
  void shouldHandJobNamesOnAsTheyAre(String name) {
    String queue = EngineFixture.queueName();
    for (String text : new String[] {name, name.repeat(20_000)}) {
      String id =
          mill.engine.queue(queue).add(new NewJob(text, "{}", JobOptions.DEFAULT)).join().id();

      assertThat(mill.job(queue, id).name()).isEqualTo(text);
      assertThat(
              NodeSession.run("return (await queue6(args[0]).getJob(args[1])).name", queue, id)
                  .asText())
          .isEqualTo(text);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " "})
  void shouldRefuseAnEmptyDeduplicationId(String id) {
    assertThatThrownBy(() -> Deduplication.untilDone(id)).hasMessageContaining("deduplicationId");
  }

  @Test
  void shouldRefuseAJobWithoutAName() {
    assertThatThrownBy(() -> new NewJob("", "{}", JobOptions.DEFAULT))
        .hasMessageContaining("job name is empty");
    assertThatThrownBy(() -> new NewJob(null, "{}", JobOptions.DEFAULT))
        .hasMessageContaining("job name is empty");
  }

  @Test
  void shouldRefuseDataAboveItsSizeLimitWhereNodesClientRefusesIt() {
    String queue = EngineFixture.queueName();
    JobOptions limited = JobOptions.builder().sizeLimit(12).build();
    String fits = "{\"ü\":\"ü\"}";
    String over = "{\"ü\":\"üüü\"}";

    String id = mill.engine.queue(queue).add(new NewJob("big", fits, limited)).join().id();
    assertThatThrownBy(() -> new NewJob("big", over, limited))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("job \"big\" has 15 bytes")
        .hasMessageContaining("sizeLimit of 12");

    String node =
        "return queue6(args[0]).add('big', JSON.parse(args[1]), {sizeLimit: 12})"
            + ".then(job => 'added', error => error.message)";
    assertThat(NodeSession.run(node, queue, fits).asText()).isEqualTo("added");
    assertThat(NodeSession.run(node, queue, over).asText()).contains("exceeds the limit 12 bytes");
    assertThat(TestRedis.observer().hget(TestRedis.key(queue, id), "opts"))
        .contains("\"sizeLimit\":12");
  }

  @Test
  void shouldTakeDataOfManyMegabytesWithoutALimit() {
    String queue = EngineFixture.queueName();
    String data = "\"" + "x".repeat(8_000_000) + "\"";
    mill.engine.consume(
        ConsumerOptions.of(queue), run -> run.complete("" + run.job().data().length()));

    String id =
        mill.engine.queue(queue).add(new NewJob("big", data, JobOptions.DEFAULT)).join().id();

    await().atMost(EngineFixture.SOON).until(() -> mill.heard.contains(id + " COMPLETED"));
    assertThat(mill.job(queue, id).returnValue()).isEqualTo("8000002");
  }

  @Test
  void shouldRefuseANegativeSizeLimit() {
    assertThatThrownBy(() -> JobOptions.builder().sizeLimit(-1)).hasMessageContaining("sizeLimit");
  }
}
