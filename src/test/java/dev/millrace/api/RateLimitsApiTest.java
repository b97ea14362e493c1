package dev.millrace.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.ArgumentMatchers.anyInt;
import static org.mockito.ArgumentMatchers.eq;
import static org.mockito.Mockito.doReturn;
import static org.mockito.Mockito.doThrow;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.ratelimit.Decision;
import dev.millrace.ratelimit.Decision.Source;
import dev.millrace.rest.client.RestRedisException;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

/** {@code /api/rate-limits}. */
@ExtendWith(OutputCaptureExtension.class)
class RateLimitsApiTest extends RunningHttp {

  private static final String LIMITS = "/api/rate-limits";

  /** 20 an hour. */
  private final String address = LIMITS + "/notification/user-" + UUID.randomUUID();

  @Test
  void shouldListTheLimits() throws Exception {
    JsonNode all = tree(ask("GET", LIMITS));

    assertThat(all.findValuesAsText("name")).contains("api", "sms-incoming").isSorted();
    assertThat(all.get(all.findValuesAsText("name").indexOf("sms-incoming")).toString())
        .isEqualTo(
            "{\"name\":\"sms-incoming\",\"algorithm\":\"sliding-log\",\"quota\":20,"
                + "\"window\":\"PT1H\",\"burst\":20,\"whenUnreachable\":\"local\"}");
  }

  @Test
  void shouldTakeLookAndForget() throws Exception {
    assertThat(left(ask("POST", address))).isEqualTo(19);
    assertThat(left(ask("POST", address + "?weight=4"))).isEqualTo(15);
    assertThat(left(ask("GET", address))).isEqualTo(15);
    assertThat(left(ask("GET", address))).isEqualTo(15);

    assertThat(ask("DELETE", address).statusCode()).isEqualTo(204);

    assertThat(left(ask("GET", address))).isEqualTo(20);
    assertThat(ask("DELETE", address).statusCode()).isEqualTo(204);
  }

  @Test
  void shouldSayInTheBodyWhatIsRefusedAndInTheFieldsWhatTheCallerHasLeft() throws Exception {
    assertThat(ask("POST", address + "?weight=20").statusCode()).isEqualTo(200);

    HttpResponse<String> refused = ask("POST", address);

    assertThat(refused.statusCode()).isEqualTo(429);
    JsonNode body = tree(refused);
    assertThat(body.path("type").asText()).isEqualTo("urn:problem-type:millrace:limit-refused");
    assertThat(body.path("detail").asText())
        .startsWith("Limit \"notification\" has too little left. Ask again in ");
    assertThat(body.at("/decision/allowed").asBoolean(true)).isFalse();
    assertThat(body.at("/decision/remaining").asInt(-1)).isZero();
    assertThat(refused.headers().firstValue("Retry-After").orElseThrow())
        .isEqualTo(body.at("/decision/retryAfter").asText());
    assertThat(refused.headers().firstValue("RateLimit").orElseThrow()).startsWith("\"api\";");

    HttpResponse<String> peek = ask("GET", address);
    assertThat(peek.statusCode()).isEqualTo(200);
    assertThat(tree(peek).path("allowed").asBoolean(true)).isFalse();
    assertThat(tree(peek).path("retryAfter").asLong()).isPositive();
  }

  @Test
  void shouldSayThatALimitIsClosedWhileNobodyCanCount() throws Exception {
    Decision closed =
        new Decision(
            "notification",
            false,
            20,
            20,
            Instant.EPOCH,
            Duration.ofSeconds(7),
            Source.CLOSED,
            Instant.EPOCH);
    doReturn(closed).when(limits).check(eq("notification"), any(), anyInt());

    HttpResponse<String> answer = ask("POST", address);

    assertThat(answer.statusCode()).isEqualTo(503);
    assertThat(answer.headers().firstValue("Retry-After")).contains("7");
    assertThat(tree(answer).path("type").asText())
        .isEqualTo("urn:problem-type:millrace:limit-closed");
    assertThat(tree(answer).at("/decision/source").asText()).isEqualTo("closed");
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "-1", "21", "1.5", "many", "", "99999999999"})
  void shouldRefuseAWeightThatCanNeverBeTaken(String weight) throws Exception {
    HttpResponse<String> answer = ask("POST", address + "?weight=" + weight);

    assertThat(answer.statusCode()).isEqualTo(400);
    assertThat(tree(answer).path("detail").asText())
        .isEqualTo("\"weight\" is \"" + weight + "\": send a whole number from 1 to 20.");
    assertThat(left(ask("GET", address))).isEqualTo(20);
  }

  @ParameterizedTest
  @ValueSource(strings = {"GET", "POST", "DELETE"})
  void shouldNotKnowOtherLimits(String method) throws Exception {
    HttpResponse<String> answer = ask(method, LIMITS + "/notifications/user-1");

    assertThat(answer.statusCode()).isEqualTo(404);
    assertThat(tree(answer).path("detail").asText()).contains("notification");
  }

  @ParameterizedTest
  @CsvSource({"GET,?weight=2", "DELETE,?weight=2", "POST,?wieght=2"})
  void shouldRefuseUnknownParameters(String method, String query) throws Exception {
    assertThat(ask(method, address + query).statusCode()).isEqualTo(400);
    assertThat(ask("GET", LIMITS + query).statusCode()).isEqualTo(400);
  }

  @Test
  void shouldCountAPhoneHoweverItIsWrittenAndLogItNowhere(CapturedOutput output) throws Exception {
    String digits = Integer.toString(ThreadLocalRandom.current().nextInt(1_000_000, 10_000_000));
    String phone = LIMITS + "/sms-incoming/%2B1555" + digits;

    assertThat(left(ask("POST", phone))).isEqualTo(19);
    assertThat(
            left(
                ask(
                    "GET",
                    LIMITS
                        + "/sms-incoming/%2B1%20(555)%20"
                        + digits.substring(0, 3)
                        + "-"
                        + digits.substring(3))))
        .isEqualTo(19);
    doThrow(new RestRedisException(RestRedisException.Kind.UNREACHABLE, "DEL", "refused", null))
        .when(limits)
        .reset(eq("sms-incoming"), any());
    assertThat(ask("DELETE", phone).statusCode()).isEqualTo(503);
    assertThat(output.getAll()).contains("Route limits-reset").doesNotContain(digits);
  }

  @Test
  void shouldRefuseASubjectThatIsNone() throws Exception {
    HttpResponse<String> answer = ask("POST", LIMITS + "/sms-incoming/nobody");

    assertThat(answer.statusCode()).isEqualTo(400);
    assertThat(tree(answer).at("/errors/0/field").asText()).isEqualTo("subject");
    assertThat(tree(answer).at("/errors/0").has("value")).isFalse();
  }

  private static long left(HttpResponse<String> answer) throws Exception {
    assertThat(answer.statusCode()).isEqualTo(200);
    return tree(answer).path("remaining").asLong(-1);
  }
}
