package dev.millrace.component;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.queue.JobScheduler;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.camel.Exchange;
import org.apache.camel.component.mock.MockEndpoint;
import org.apache.camel.support.DefaultExchange;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Job schedulers from routes. */
class SchedulerOperationsTest {

  private final RouteFixture fixture = new RouteFixture();

  @BeforeEach
  void start() throws Exception {
    fixture.start(
        """
        - route:
            from:
              uri: bullmq:QUEUE
              steps:
                - to:
                    uri: mock:done
        """);
  }

  @AfterEach
  void close() {
    fixture.close();
  }

  private Object run(String operation, String options, Exchange exchange) {
    BullMQEndpoint endpoint =
        fixture.camel.getEndpoint("bullmq:" + fixture.queue + options, BullMQEndpoint.class);
    return new SchedulerOperations(endpoint).start(operation, exchange, 0, -1).join();
  }

  private Exchange exchange(Object body) {
    Exchange exchange = new DefaultExchange(fixture.camel);
    exchange.getMessage().setBody(body);
    return exchange;
  }

  private JobScheduler scheduler(String id) {
    return fixture.engine.schedulers(fixture.queue).get(id).join().orElseThrow();
  }

  @Test
  void shouldWriteASchedulerWhoseJobsRunInTheRoute() throws Exception {
    MockEndpoint done = fixture.camel.getEndpoint("mock:done", MockEndpoint.class);
    done.expectedMessageCount(1);
    done.message(0).body().isEqualTo(new LinkedHashMap<>(Map.of("n", 1)));
    done.expectedHeaderReceived("CamelBullMQSchedulerId", "s-7");
    done.expectedHeaderReceived("CamelBullMQJobName", "mail");
    Exchange exchange = exchange(Map.of("n", 1));
    exchange.getMessage().setHeader("who", 7);

    Object said =
        run(
            SchedulerOperations.UPSERT,
            "?schedulerId=s-${header.who}&every=1h&name=mail&attempts=3&limit=9&offset=0",
            exchange);

    assertThat(said)
        .asInstanceOf(InstanceOfAssertFactories.map(String.class, Object.class))
        .containsEntry("unchanged", false)
        .containsKeys("jobId", "due");
    done.assertIsSatisfied(10_000);
    assertThat(scheduler("s-7").every()).isEqualTo(Duration.ofHours(1));
    assertThat(scheduler("s-7").limit()).isEqualTo(9);
    assertThat(scheduler("s-7").options().attempts()).isEqualTo(3);
  }

  @Test
  void shouldReadAPatternItsZoneAndItsDates() {
    Exchange exchange = exchange(null);
    exchange.getMessage().setHeader("CamelBullMQTargetSchedulerId", "nightly");

    run(
        SchedulerOperations.UPSERT,
        "?pattern=RAW(0 3 * * *)&tz=Asia/Tokyo&startDate=1500000000000&endDate=2100-01-01T00:00:00Z",
        exchange);

    JobScheduler nightly = scheduler("nightly");
    assertThat(nightly.pattern()).isEqualTo("0 3 * * *");
    assertThat(nightly.tz()).isEqualTo("Asia/Tokyo");
    assertThat(nightly.startDate()).hasToString("2017-07-14T02:40:00Z");
    assertThat(nightly.endDate()).hasToString("2100-01-01T00:00:00Z");
    assertThat(nightly.name()).isEqualTo(fixture.queue);
  }

  @Test
  void shouldListAndRemove() {
    run(SchedulerOperations.UPSERT, "?schedulerId=a&pattern=@daily&tz=UTC", exchange(List.of(1)));

    assertThat((List<?>) run(SchedulerOperations.LIST, "", exchange(null)))
        .singleElement()
        .asInstanceOf(InstanceOfAssertFactories.map(String.class, Object.class))
        .containsEntry("id", "a")
        .containsEntry("pattern", "@daily")
        .containsEntry("data", List.of(1));
    assertThat(run(SchedulerOperations.REMOVE, "?schedulerId=a", exchange(null))).isEqualTo(true);
    assertThat(run(SchedulerOperations.REMOVE, "?schedulerId=a", exchange(null))).isEqualTo(false);
  }

  @Test
  void shouldNameWhatIsWrong() {
    refused("?every=1h", "schedulerId is empty");
    refused("?schedulerId=a", "needs either every");
    refused("?schedulerId=a&every=1h&pattern=@daily", "needs either every");
    refused("?schedulerId=a&every=often", "every \"often\"");
    refused("?schedulerId=a&every=1h&limit=few", "limit \"few\"");
    refused("?schedulerId=a&every=1h&endDate=soon", "endDate \"soon\"");
    refused("?schedulerId=a&every=1h&delay=5s", "delay 5000 ms");
  }

  private void refused(String options, String said) {
    assertThatThrownBy(() -> run(SchedulerOperations.UPSERT, options, exchange(null)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(said);
  }
}
