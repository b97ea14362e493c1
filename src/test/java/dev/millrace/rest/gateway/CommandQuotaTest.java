package dev.millrace.rest.gateway;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;

/** How many commands are taken in a second and in a day. */
class CommandQuotaTest {

  private Instant now = Instant.parse("2026-03-01T23:59:58Z");
  private final Clock clock =
      new Clock() {
        @Override
        public Instant instant() {
          return now;
        }

        @Override
        public ZoneId getZone() {
          return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
          return this;
        }
      };
  private final CommandQuota quota = new CommandQuota(clock, 10, 12);

  @Test
  void shouldTakeAgainInTheNextSecondAndDay() {
    quota.take(10);
    assertThatThrownBy(() -> quota.take(1)).hasMessage("ERR max requests limit exceeded");

    now = now.plusSeconds(1);
    assertThatThrownBy(() -> quota.take(3)).hasMessage("ERR max daily request limit exceeded");
    quota.take(2);

    now = now.plusSeconds(1);
    assertThatCode(() -> quota.take(10)).doesNotThrowAnyException();
  }

  @Test
  void shouldCountNothingOfWhatItRefuses() {
    assertThatThrownBy(() -> quota.take(11)).hasMessage("ERR max requests limit exceeded");
    assertThatCode(() -> quota.take(10)).doesNotThrowAnyException();
  }
}
