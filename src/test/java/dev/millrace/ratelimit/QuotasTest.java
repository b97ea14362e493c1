package dev.millrace.ratelimit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

/** Quotas that change while the application runs. */
class QuotasTest extends RunningLimits {

  private static final String SUBJECT = "somebody";

  @ParameterizedTest
  @EnumSource(Algorithm.class)
  void shouldHoldAtOnceHereAndSoonOnOtherReplicas(Algorithm algorithm) {
    String limit = limit(algorithm, 2, MINUTE);
    RateLimits here = limits();
    NamedLimits named = new NamedLimits(settings);
    try (Quotas there = new Quotas(jdbc, named, new RateLimitMeters(meters), clock)) {
      there.start(Duration.ofMillis(20));
      here.check(limit, SUBJECT, 2);
      assertThat(here.check(limit, SUBJECT).allowed()).isFalse();

      here.changeQuota(limit, 5);
      // So that a bucket, which a larger quota only fills faster, has a token.
      clock.advance(Duration.ofSeconds(12));

      assertThat(here.check(limit, SUBJECT).allowed()).isTrue();
      assertThat(here.limit(limit).quota()).isEqualTo(5);
      await().until(() -> there.applied(named.get(limit)).quota() == 5);
      here.changeQuota(limit, 1);
      assertThat(here.check(limit, SUBJECT).allowed()).isFalse();
      here.restoreQuota(limit);
      assertThat(here.limit(limit).quota()).isEqualTo(2);
      await().until(() -> there.applied(named.get(limit)).quota() == 2);
    }
  }

  @Test
  void shouldOutliveARestart() {
    String limit = limit(Algorithm.SLIDING_LOG, 2, MINUTE);
    limits().changeQuota(limit, 7);

    assertThat(limits().limit(limit).quota()).isEqualTo(7);
  }

  @Test
  void shouldCountASubjectByAQuotaOfItsOwn() {
    String limit = limit(Algorithm.SLIDING_WINDOW, 2, MINUTE);
    RateLimits limits = limits();
    limits.check(limit, SUBJECT, 2);
    assertThat(limits.check(limit, SUBJECT).allowed()).isFalse();

    Decision paid = limits.check(limit, SUBJECT, 3, 10);

    assertThat(paid.allowed()).isTrue();
    assertThat(paid.quota()).isEqualTo(10);
    assertThat(paid.remaining()).isEqualTo(5);
  }

  @ParameterizedTest
  @ValueSource(longs = {0, -1, 1_001})
  void shouldRefuseAQuotaThatItCannotCountTo(long quota) {
    String limit = limit(Algorithm.SLIDING_LOG, 2, MINUTE);
    RateLimits limits = limits();

    assertThatThrownBy(() -> limits.changeQuota(limit, quota))
        .isInstanceOf(RefusedCheck.class)
        .hasMessageContaining("cannot have a quota of " + quota + "; it counts to 1000 at most");
    assertThatThrownBy(() -> limits.check(limit, SUBJECT, 1, quota))
        .isInstanceOf(RefusedCheck.class);
    assertThatThrownBy(() -> limits.changeQuota("slidinglog", 1)).isInstanceOf(UnknownLimit.class);
  }

  @Test
  void shouldPassOverAStoredQuotaThatNoLongerFits() {
    String limit = limit(Algorithm.SLIDING_LOG, 2, MINUTE);
    jdbc.sql("INSERT INTO rate_limit_quotas VALUES (:name, 5000, now()), ('gone', 5, now())")
        .param("name", limit)
        .update();

    assertThat(limits().limit(limit).quota()).isEqualTo(2);
  }

  @Test
  void shouldKeepTheLastKnownQuotasWhileTheDatabaseIsAway() {
    String limit = limit(Algorithm.SLIDING_LOG, 2, MINUTE);
    JdbcClient away =
        JdbcClient.create(new DriverManagerDataSource("jdbc:postgresql://localhost:1/none"));
    NamedLimits named = new NamedLimits(settings);
    try (Quotas quotas = new Quotas(away, named, new RateLimitMeters(meters), clock)) {
      quotas.read();

      assertThat(quotas.applied(named.get(limit)).quota()).isEqualTo(2);
      assertThat(count("quota.reads", "outcome", "failed")).isEqualTo(1);
    }
  }
}
