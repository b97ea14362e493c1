package dev.millrace.cache;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultExchange;
import org.apache.camel.support.PluginHelper;
import org.apache.camel.support.ResourceHelper;
import org.junit.jupiter.api.Test;

/** The bean {@code cache} as routes use it. */
class RouteCacheTest extends RunningCaches {

  private static final String ROUTE =
      """
      - route:
          from:
            uri: direct:read
            steps:
              - setProperty:
                  name: user
                  simple: "${body}"
              - bean:
                  ref: cache
                  method: get('things', ${exchangeProperty.user})
              - choice:
                  when:
                    - simple: "${body} == null"
                      steps:
                        - to:
                            uri: direct:source
                        - bean:
                            ref: cache
                            method: put('things', ${exchangeProperty.user}, ${body})
      - route:
          from:
            uri: direct:change
            steps:
              - bean:
                  ref: cache
                  method: drop('things', ${body})
              - bean:
                  ref: cache
                  method: dropTag('tag:${body}')
              - bean:
                  ref: cache
                  method: dropPrefix('other:${body}')
      - route:
          from:
            uri: direct:changeMany
            steps:
              - bean:
                  ref: cache
                  method: dropEach('things', ${body})
      """;

  @Test
  void shouldReadThroughAndDrop() throws Exception {
    Replica one = replica(TestSettings.plain().negativeTtl(Duration.ofSeconds(30)));
    try (DefaultCamelContext camel = new DefaultCamelContext()) {
      start(camel, one);

      assertThat(request(camel, "direct:read", "ann")).isEqualTo(Map.of("of", "ann", "load", 1));
      assertThat(request(camel, "direct:read", "ann")).isEqualTo(Map.of("of", "ann", "load", 1));
      assertThat(request(camel, "direct:read", "bob")).isEqualTo(Map.of("of", "bob", "load", 2));
      assertThat(request(camel, "direct:change", "ann")).isEqualTo("ann");
      assertThat(request(camel, "direct:read", "bob")).isEqualTo(Map.of("of", "bob", "load", 2));
      assertThat(request(camel, "direct:read", "ann")).isEqualTo(Map.of("of", "ann", "load", 3));
      assertThat(request(camel, "direct:changeMany", List.of("ann", "bob")))
          .isEqualTo(List.of("ann", "bob"));
      assertThat(request(camel, "direct:read", "bob")).isEqualTo(Map.of("of", "bob", "load", 4));
    }
  }

  @Test
  void shouldKeepThatThereIsNothing() throws Exception {
    Replica one = replica(TestSettings.plain().negativeTtl(Duration.ofSeconds(30)));
    RouteCache cache = new RouteCache(one.caches);

    try (DefaultCamelContext camel = new DefaultCamelContext()) {
      Exchange exchange = new DefaultExchange(camel);
      cache.put("things", "ann", null, exchange);

      assertThat(cache.get("things", "ann", exchange)).isNull();
    }
    assertThat(one.things().exists(one.things().key("ann"))).isTrue();
  }

  @Test
  void shouldNotKeepWhatWasDroppedWhileItWasRead() throws Exception {
    Replica one = replica(TestSettings.plain());
    Cache<String> things = one.things();
    RouteCache cache = new RouteCache(one.caches);
    try (DefaultCamelContext camel = new DefaultCamelContext()) {
      Exchange exchange = new DefaultExchange(camel);
      assertThat(cache.get("things", "ann", exchange)).isNull();
      assertThat(cache.get("things", "bob", exchange)).isNull();
      replica(TestSettings.plain()).things().delete(things.key("ann"));
      clock.advance(Duration.ofMinutes(4));

      cache.put("things", "ann", "old", exchange);
      cache.put("things", "bob", "new", exchange);

      assertThat(things.get(things.key("ann"))).isEmpty();
      assertThat(things.get(things.key("bob"))).contains("new");
      assertThat(one.store.ttl("thing:bob")).contains(Duration.ofMinutes(6));
      cache.put("things", "ann", "said so", exchange);
      assertThat(things.get(things.key("ann"))).contains("said so");
    }
  }

  @Test
  void shouldNotKeepWhatARouteReadBeforeADrop() throws Exception {
    Replica one = replica(TestSettings.plain());
    try (DefaultCamelContext camel = new DefaultCamelContext()) {
      start(camel, one, () -> one.caches.drop("things", "ann"));

      assertThat(request(camel, "direct:read", "ann")).isEqualTo(Map.of("of", "ann", "load", 1));
      assertThat(one.things().exists(one.things().key("ann"))).isFalse();
    }
  }

  private static void start(CamelContext camel, Replica replica) throws Exception {
    start(camel, replica, () -> {});
  }

  private static void start(CamelContext camel, Replica replica, Runnable meanwhile)
      throws Exception {
    int[] loads = {0};
    camel.getRegistry().bind("cache", new RouteCache(replica.caches));
    camel.addRoutes(
        new RouteBuilder() {
          @Override
          public void configure() {
            from("direct:source")
                .process(
                    exchange -> {
                      meanwhile.run();
                      exchange
                          .getMessage()
                          .setBody(
                              Map.of(
                                  "of",
                                  exchange.getProperty("user", String.class),
                                  "load",
                                  ++loads[0]));
                    });
          }
        });
    PluginHelper.getRoutesLoader(camel)
        .loadRoutes(ResourceHelper.fromString("cache-test.camel.yaml", ROUTE));
    camel.start();
  }

  private static Object request(CamelContext camel, String uri, Object body) {
    return camel.createProducerTemplate().requestBody(uri, body);
  }
}
