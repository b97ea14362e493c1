package dev.millrace.rest.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.NodeSession;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** npm {@code @upstash/ratelimit}, whose scripts begin with a flag that Redis does not know. */
class UpstashRatelimitTest extends RunningGateway {

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      value = {
        "fixed window|Ratelimit.fixedWindow(3, '1 h')",
        "sliding window|Ratelimit.slidingWindow(3, '1 h')",
        "token bucket|Ratelimit.tokenBucket(3, '1 h', 3)",
      })
  void shouldLimit(String what, String limiter) {
    JsonNode told =
        node(
            "const r = new Ratelimit({redis, limiter: "
                + limiter
                + ", ephemeralCache: false});"
                + "const before = await r.getRemaining('me');"
                + "const seen = [];"
                + "for (let i = 0; i < 4; i++) { const x = await r.limit('me'); seen.push([x.success, x.remaining]); }"
                + "const weighted = await r.limit('you', {rate: 3});"
                + "await r.resetUsedTokens('me');"
                + "const fresh = await r.limit('me');"
                + "const left = await r.getRemaining('me');"
                + "return [before.remaining, seen, weighted.remaining, fresh.success, left.remaining, left.limit];");

    assertThat(told).hasToString("[3,[[true,2],[true,1],[true,0],[false,0]],0,true,2,3]");
  }

  @Test
  void shouldBlockUntilReady() {
    JsonNode told =
        node(
            "const r = new Ratelimit({redis, limiter: Ratelimit.fixedWindow(1, '1 s')});"
                + "const first = await r.blockUntilReady('me', 5000);"
                + "const second = await r.blockUntilReady('me', 5000);"
                + "return [first.success, second.success];");

    assertThat(told).hasToString("[true,true]");
  }

  @Test
  void shouldChangeTheLimitAsItRuns() {
    JsonNode told =
        node(
            "const r = new Ratelimit({redis, dynamicLimits: true, limiter: Ratelimit.slidingWindow(10, '1 h')});"
                + "await r.setDynamicLimit({limit: 2});"
                + "const got = [await r.limit('me'), await r.limit('me'), await r.limit('me')];"
                + "return [(await r.getDynamicLimit()).dynamicLimit, got.map(x => x.success)];");

    assertThat(told).hasToString("[2,[true,true,false]]");
  }

  @Test
  void shouldDenyAndCountForItsDashboard() {
    plain.opsForSet().add("@upstash/ratelimit:denyList:all", "bad");
    // Else the SDK would fetch a list of addresses from the internet.
    plain.opsForValue().set("@upstash/ratelimit:ipDenyListStatus", "valid", Duration.ofHours(1));
    JsonNode told =
        node(
            "const r = new Ratelimit({redis, analytics: true, enableProtection: true, limiter: Ratelimit.fixedWindow(5, '1 h')});"
                + "const good = await r.limit('good', {ip: '10.0.0.1'});"
                + "const bad = await r.limit('bad');"
                + "await Promise.all([good.pending, bad.pending]);"
                + "return [good.success, bad.success, bad.reason, bad.deniedValue];");

    assertThat(told).hasToString("[true,false,\"denyList\",\"bad\"]");
    assertThat(plain.keys("@upstash/ratelimit:events:*")).isNotEmpty();
  }

  @Test
  void shouldKnowBlockedOnesWithoutAsking() {
    resetCalls();

    JsonNode told =
        node(
            "const r = new Ratelimit({redis, limiter: Ratelimit.fixedWindow(1, '1 h')});"
                + "await r.limit('me'); await r.limit('me'); const x = await r.limit('me');"
                + "return [x.success, x.reason];");

    assertThat(told).hasToString("[false,\"cacheBlock\"]");
    assertThat(calls()).containsEntry("incrby", 2L);
  }

  private JsonNode node(String code) {
    return NodeSession.run(
        "{ const {Redis, Ratelimit} = await upstash();"
            + " const redis = new Redis({url: args[0], token: args[1]}); "
            + code
            + "}",
        "http://localhost:" + port + "/redis",
        properties.token());
  }
}
