package dev.millrace.ratelimit;

import dev.millrace.job.Quota;
import dev.millrace.problem.Problems;
import dev.millrace.rest.client.RestRedis;
import dev.millrace.security.ApiGuard;
import dev.millrace.setting.Switch;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;
import org.springframework.jdbc.core.simple.JdbcClient;

/** The limits, as {@code millrace.rate-limits} and {@code millrace.rate-limiting} say. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(RateLimitingProperties.class)
public class RateLimitConfiguration {

  private static final Logger LOG = LoggerFactory.getLogger(RateLimitConfiguration.class);

  @Bean
  NamedLimits namedRateLimits(Environment environment) {
    return NamedLimits.of(environment);
  }

  @Bean
  RateLimitMeters rateLimitMeters(MeterRegistry registry) {
    return new RateLimitMeters(registry);
  }

  @Bean
  Quotas rateLimitQuotas(
      JdbcClient jdbc,
      NamedLimits limits,
      RateLimitMeters meters,
      RateLimitingProperties properties,
      Clock clock) {
    Quotas quotas = new Quotas(jdbc, limits, meters, clock);
    quotas.start(properties.quotasEvery());
    return quotas;
  }

  @Bean
  RateLimits rateLimits(
      NamedLimits limits,
      Quotas quotas,
      RestRedis redis,
      RateLimitMeters meters,
      RateLimitingProperties configured,
      Clock clock,
      @Value("${DISABLE_RATE_LIMITING:}") String switchedOff,
      @Value("${millrace.encryption-key}") String encryptionKey) {
    RateLimitingProperties properties =
        Switch.isOn("DISABLE_RATE_LIMITING", switchedOff) ? configured.disabled() : configured;
    if (!properties.enabled()) {
      LOG.warn("Rate limiting is switched off: only the limits of text messages hold");
    }
    // Scripts count in ms, so what is told must not pretend to know more.
    Clock ticking = Clock.tick(clock, Duration.ofMillis(1));
    return new RateLimits(
        limits,
        quotas,
        new SubjectKeys(encryptionKey),
        new RedisLimits(redis, ticking),
        meters,
        properties,
        ticking);
  }

  @Bean
  SmsLimits smsLimits(RateLimits limits) {
    return new SmsLimits(limits);
  }

  @Bean
  EmailLimits emailLimits(RateLimits limits) {
    return new EmailLimits(limits);
  }

  @Bean
  Quota jobQuota(RateLimits limits, Clock clock) {
    return new JobQuota(limits, clock);
  }

  /** The API limit, for the security chain, which knows where it belongs. */
  @Bean
  ApiGuard apiLimit(
      RateLimits limits,
      RateLimitingProperties properties,
      Problems problems,
      Clock clock,
      Environment environment) {
    ForwardedAddresses.check(environment);
    ApiLimitFilter filter = new ApiLimitFilter(limits, properties.exempt(), problems, clock);
    return () -> filter;
  }
}
