package dev.millrace.routes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.millrace.redis.InstanceId;
import java.time.Duration;
import java.util.List;
import org.apache.camel.CamelContext;
import org.apache.camel.Route;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.data.redis.core.types.RedisClientInfo;

/**
 * The promise of the whole: eleven queues, two connections, and plain Redis endpoints on the same
 * two.
 */
class ConnectionsRouteTest extends RunningMillrace {

  @Autowired CamelContext camel;
  @Autowired InstanceId instance;

  @Test
  void shouldHoldExactlyTwoConnectionsWithElevenRoutesConsuming() {
    assertThat(camel.getRoutes().stream().map(Route::getEndpoint).map(Object::toString))
        .filteredOn(endpoint -> endpoint.startsWith("bullmq"))
        .hasSize(11);
    await()
        .atMost(Duration.ofSeconds(10))
        .untilAsserted(
            () ->
                assertThat(connections())
                    .containsExactlyInAnyOrder(
                        "millrace:" + instance.value() + ":command",
                        "millrace:" + instance.value() + ":waiting"));
  }

  @Test
  void shouldShareTheCommandConnectionWithSpringRedisEndpoints() {
    String shared = "spring-redis:shared:6379?connectionFactory=#redisConnectionFactory&command=";
    producer.send(
        shared + "SET",
        exchange -> {
          exchange.getMessage().setHeader("CamelRedis.Key", "greeting");
          exchange.getMessage().setHeader("CamelRedis.Value", "hello");
        });

    Object read =
        producer
            .send(
                shared + "GET",
                exchange -> exchange.getMessage().setHeader("CamelRedis.Key", "greeting"))
            .getMessage()
            .getBody();

    assertThat(read).isEqualTo("hello");
    assertThat(connections()).hasSize(2);
  }

  private List<String> connections() {
    List<RedisClientInfo> clients =
        redis.execute(
            (org.springframework.data.redis.core.RedisCallback<List<RedisClientInfo>>)
                connection -> connection.serverCommands().getClientList());
    return clients.stream()
        .map(RedisClientInfo::getName)
        .filter(name -> name.contains(instance.value()))
        .toList();
  }
}
