package dev.millrace.ratelimit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.ratelimit.RateLimit.Subjects;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SmsLimitsTest extends RunningLimits {

  private static final Duration HOUR = Duration.ofHours(1);

  @BeforeEach
  void configure() {
    settings.put(
        "sms-incoming",
        new LimitSettings(
            null, 20L, HOUR, null, run + ":in", Subjects.PHONES, WhenUnreachable.LOCAL));
    settings.put(
        "sms-outgoing", new LimitSettings(null, 10L, HOUR, null, run + ":out", null, null));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "+12025550123",
        "+1 (202) 555-0123",
        "0012025550123",
        "001 202.555.0123",
        "+1\u00a0202\u00a0555\u20110123",
        "\u202a+12025550123\u202c",
      })
  void shouldKnowOnePhoneHoweverItIsWritten(String written) {
    SmsLimits sms = new SmsLimits(limits());
    sms.incoming("+12025550123");

    assertThat(sms.incoming(written).remaining()).isEqualTo(18);
  }

  @Test
  void shouldTakeTwentyAnHourFromAPhoneAndTenToAUser() {
    SmsLimits sms = new SmsLimits(limits());
    for (int i = 0; i < 20; i++) {
      assertThat(sms.incoming("+12025550123").allowed()).isTrue();
    }
    for (int i = 0; i < 10; i++) {
      assertThat(sms.outgoing("user").allowed()).isTrue();
    }

    assertThat(sms.incoming("+12025550123").retryAfter()).isEqualTo(HOUR);
    assertThat(sms.incoming("+12025550124").allowed()).isTrue();
    assertThat(sms.outgoing("user").allowed()).isFalse();
  }

  @Test
  void shouldGiveBackWhatDidNotLeave() {
    SmsLimits sms = new SmsLimits(limits());
    for (int i = 0; i < 30; i++) {
      Decision counted = sms.outgoing("user");
      assertThat(counted.allowed()).isTrue();
      sms.giveBack("user", counted);
    }

    assertThat(sms.outgoing("user").remaining()).isEqualTo(9);
  }

  @Test
  void shouldGoOnWhenNothingCanBeGivenBack() {
    Decision counted = new SmsLimits(limits()).outgoing("user");
    String key = keys().iterator().next();
    plain.delete(key);
    plain.opsForSet().add(key, "foreign");
    plain.expire(key, HOUR);

    new SmsLimits(limits()).giveBack("user", counted);

    assertThat(count("errors", "limit", "sms-outgoing", "kind", "error")).isEqualTo(1);
  }

  @Test
  void shouldTellNobodyTheNumber() {
    new SmsLimits(limits()).incoming("+12025550123");

    assertThat(keys())
        .singleElement()
        .asString()
        .matches("millrace:" + run + ":in:sliding-log:[A-Za-z0-9_-]{22}")
        .doesNotContain("2025550123");
    assertThat(meters.getMeters()).noneMatch(one -> one.getId().toString().contains("2025550123"));
  }

  @Test
  void shouldHashWithAKeyThatIsTheApplicationsOwn() {
    RateLimit limit = limits().limit("sms-incoming");
    String other = "QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVowMTIzNDU=";

    assertThat(new SubjectKeys(KEY).of(limit, "+12025550123"))
        .isEqualTo(new SubjectKeys(KEY).of(limit, "+1 202 555 0123"))
        .isNotEqualTo(new SubjectKeys(other).of(limit, "+12025550123"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "2025550123",
        "+0123456789",
        "+12345",
        "+1234567890123456",
        "+1202555O123",
        "whatsapp:+1",
      })
  void shouldRefuseWhatIsNoNumberWithoutRepeatingIt(String written) {
    SmsLimits sms = new SmsLimits(limits());

    assertThatThrownBy(() -> sms.incoming(written))
        .isInstanceOf(RefusedCheck.class)
        .hasMessageStartingWith("The phone number is none")
        .hasMessageNotContaining(written);
  }
}
