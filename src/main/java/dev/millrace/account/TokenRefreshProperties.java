package dev.millrace.account;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * The hourly sweep over grants.
 *
 * @param chunk rows read at a time, 200
 * @param parallel calls to Google at a time, 4
 * @param timeout 5 min, after which the rest is left to the next sweep
 */
@ConfigurationProperties("millrace.token-refresh")
public record TokenRefreshProperties(
    @DefaultValue("200") int chunk,
    @DefaultValue("4") int parallel,
    @DefaultValue("5m") Duration timeout) {

  public TokenRefreshProperties {
    if (chunk < 1) {
      throw new IllegalArgumentException(
          "millrace.token-refresh.chunk is " + chunk + ": use 1 or more");
    }
    if (parallel < 1) {
      throw new IllegalArgumentException(
          "millrace.token-refresh.parallel is " + parallel + ": use 1 or more");
    }
  }
}
