package dev.millrace.cache;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.camel.CamelContext;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
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
  void shouldKeepThatThereIsNothing() {
    Replica one = replica(TestSettings.plain().negativeTtl(Duration.ofSeconds(30)));
    RouteCache cache = new RouteCache(one.caches);

    cache.put("things", "ann", null);

    assertThat(cache.get("things", "ann")).isNull();
    assertThat(one.things().exists(one.things().key("ann"))).isTrue();
  }

  private static void start(CamelContext camel, Replica replica) throws Exception {
    int[] loads = {0};
    camel.getRegistry().bind("cache", new RouteCache(replica.caches));
    camel.addRoutes(
        new RouteBuilder() {
          @Override
          public void configure() {
            from("direct:source")
                .process(
                    exchange ->
                        exchange
                            .getMessage()
                            .setBody(
                                Map.of(
                                    "of",
                                    exchange.getProperty("user", String.class),
                                    "load",
                                    ++loads[0])));
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
