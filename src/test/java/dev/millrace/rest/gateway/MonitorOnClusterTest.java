package dev.millrace.rest.gateway;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.redis.OwnConnections;
import dev.millrace.redis.RedisConnections;
import io.lettuce.core.resource.ClientResources;
import io.lettuce.core.resource.DefaultClientResources;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.springframework.data.redis.connection.RedisClusterConfiguration;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;
import org.springframework.mock.web.MockHttpServletResponse;

/** A monitor shows one server, so there is none of a cluster. */
class MonitorOnClusterTest {

  @Test
  void shouldBeRefused() throws Exception {
    ClientResources resources = DefaultClientResources.create();
    LettuceConnectionFactory cluster =
        new LettuceConnectionFactory(new RedisClusterConfiguration(List.of("127.0.0.1:1")));
    OwnConnections connections =
        new OwnConnections(new RedisConnections(cluster, resources, "test"));
    GatewayProperties properties = TestProperties.of(Duration.ofSeconds(1), 1, 1);
    EventStreams streams =
        new EventStreams(
            new Subscriptions(connections, properties.timeout()),
            connections,
            new GatewayMeters(new SimpleMeterRegistry()),
            properties);
    streams.start();

    assertThatThrownBy(() -> streams.monitor(new MockHttpServletResponse()))
        .isInstanceOf(GatewayRefusal.class)
        .hasMessageContaining("it shows one server, and Redis is a cluster")
        .extracting(e -> ((GatewayRefusal) e).reason())
        .isEqualTo(GatewayRefusal.Reason.COMMAND);
    resources.shutdown(0, 1, TimeUnit.SECONDS).get();
  }
}
