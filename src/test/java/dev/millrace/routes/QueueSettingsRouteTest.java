package dev.millrace.routes;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.component.BullMQEndpoint;
import java.util.Map;
import org.apache.camel.CamelContext;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;

/** config/queues.yaml, as it reaches jobs and consumers. */
class QueueSettingsRouteTest extends RunningMillrace {

  @Autowired CamelContext camel;

  @Test
  void shouldGiveEveryJobItsQueuesAttemptsAndBackoff() throws Exception {
    String id = add("bullmq:calendar-sync?delay=1h", Map.of(), Map.of());

    JsonNode options = options("calendar-sync", id);
    assertThat(options.path("attempts").asInt()).isEqualTo(5);
    assertThat(options.path("backoff").toString())
        .isEqualTo("{\"type\":\"exponential\",\"delay\":30000,\"jitter\":0.25}");
  }

  @Test
  void shouldLetAStepSayOtherwise() throws Exception {
    String id = add("bullmq:calendar-sync?delay=1h&attempts=1&backoffDelay=5s", Map.of(), Map.of());

    JsonNode options = options("calendar-sync", id);
    assertThat(options.path("attempts").asInt(1)).isEqualTo(1);
    assertThat(options.path("backoff").path("delay").asInt()).isEqualTo(5_000);
  }

  @Test
  void shouldWorkAQueueWithItsConcurrencyTimeoutAndLongestWait() {
    BullMQEndpoint endpoint = (BullMQEndpoint) camel.getRoute("calendar-sync").getEndpoint();

    assertThat(endpoint.getConfiguration().getConcurrency()).isEqualTo(4);
    assertThat(endpoint.getConfiguration().getTimeout()).isEqualTo(300_000);
    assertThat(endpoint.getConfiguration().getBackoffMax()).isEqualTo(1_800_000);
  }

  private JsonNode options(String queue, String id) throws Exception {
    return json.readTree((String) redis.opsForHash().get("bull:" + queue + ":" + id, "opts"));
  }
}
