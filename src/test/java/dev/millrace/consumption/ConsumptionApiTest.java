package dev.millrace.consumption;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.Mockito.doThrow;
import static org.mockito.Mockito.verify;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.consumption.SwitchRefused.Reason;
import dev.millrace.smoke.SmokeRun;
import java.net.http.HttpResponse;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import org.apache.camel.CamelContext;
import org.apache.camel.spi.CamelEvent;
import org.apache.camel.spi.CamelEvent.ExchangeCreatedEvent;
import org.apache.camel.support.EventNotifierSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;

/** The API of {@code routes/http/consumption.camel.yaml}. */
class ConsumptionApiTest extends RunningApi {

  private static final String ONE = API + "/calendar-sync";

  @Autowired CamelContext camel;

  @Test
  void shouldListAllQueues() throws Exception {
    HttpResponse<String> answer = ask("GET", API, null);

    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.headers().firstValue("Content-Type").orElseThrow())
        .startsWith("application/json");
    assertThat(tree(answer).findValuesAsText("queue"))
        .containsExactlyInAnyOrderElementsOf(SmokeRun.QUEUES);
    assertThat(settled("GET", API, null, "pooled").get(0).toString())
        .isEqualTo(
            "{\"queue\":\"adaptive-sync\",\"mode\":\"pooled\",\"stored\":null,"
                + "\"configured\":\"pooled\",\"canary\":false,\"risk\":\"medium\"}");
  }

  @Test
  void shouldReadOneQueue() throws Exception {
    assertThat(tree(ask("GET", ONE, null)).path("queue").asText()).isEqualTo("calendar-sync");
    assertThat(tree(ask("GET", API + "/calendar%2Dsync", null)).path("queue").asText())
        .isEqualTo("calendar-sync");
  }

  @Test
  void shouldSwitchOneQueueAndForgetIt() throws Exception {
    JsonNode switched = settled("PUT", ONE, "{\"mode\":\"Legacy\"}", "legacy");

    assertThat(switched.toString())
        .isEqualTo(
            "{\"queue\":\"calendar-sync\",\"mode\":\"legacy\",\"stored\":\"legacy\","
                + "\"configured\":\"pooled\",\"canary\":false,\"risk\":\"critical\"}");
    assertThat(modes.of("token-refresh").stored()).isNull();

    JsonNode forgotten = settled("DELETE", ONE, null, "pooled");

    assertThat(forgotten.path("stored").isNull()).isTrue();
  }

  @Test
  void shouldSwitchAllQueuesAndForgetThem() throws Exception {
    JsonNode switched = settled("PUT", API, "{\"mode\":\"polling\"}", "polling");

    assertThat(switched).hasSize(11);
    assertThat(switched.findValuesAsText("stored")).containsOnly("polling");

    JsonNode forgotten = settled("DELETE", API, null, "pooled");

    assertThat(forgotten).hasSize(11).allMatch(one -> one.path("stored").isNull());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "?canary=1     | {\"mode\":\"polling\"}",
        "?canary=true  | {\"mode\":\"polling\"}",
        "``            | {\"mode\":\"polling\",\"canary\":true}",
      })
  void shouldSwitchOnlyThisInstanceAsACanary(String query, String body) throws Exception {
    JsonNode switched = settled("PUT", ONE + query, body, "polling");

    assertThat(switched.path("stored").isNull()).isTrue();
    assertThat(switched.path("canary").asBoolean()).isTrue();
  }

  @Test
  void shouldSayInTheLogWhoAsked() throws Exception {
    ask("PUT", ONE, "{\"mode\":\"polling\"}");
    ask("PUT", ONE, "{\"mode\":\"pooled\"}", "User-Agent", "millrace-mode");

    verify(modes).change("calendar-sync", "polling", false, "api");
    verify(modes).change("calendar-sync", "pooled", false, "cli");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{\"mode\":\"fast\"}        | mode \"fast\" is unknown; use legacy, pooled, polling",
        "{\"mode\":\"${body}\"}     | mode \"${body}\" is unknown",
        "{\"mode\":\"\"}            | Field \"mode\" is \"\", which is no mode. Send {\"mode\"",
        "{\"mode\":null}            | Field \"mode\" is null, which is no mode. Send {\"mode\"",
        "{\"mode\":7}               | Field \"mode\" is 7, which is no mode. Send {\"mode\"",
        "{}                         | Field \"mode\" is missing. Send {\"mode\"",
        "{\"mod\":\"legacy\"}       | Field \"mod\" is unknown; did you mean \"mode\"?",
        "{\"mode\":\"legacy\",\"queue\":\"x\"} | Field \"queue\" is unknown; the fields are mode",
        "{\"mode\":\"legacy\",\"canary\":1}    | Field \"canary\" is 1; send true or false.",
        "{\"mode\":\"legacy\"       | The body is not JSON: ",
        "{\"mode\":\"legacy\"} x    | The body is not JSON: ",
        "{\"mode\":\"legacy\",\"mode\":\"pooled\"} | The body is not JSON: ",
        "[\"legacy\"]               | The body is ARRAY, no object. Send {\"mode\"",
        "` `                        | The body is missing. Send {\"mode\"",
      })
  void shouldRefuseABodyThatItDoesNotUnderstand(String body, String error) throws Exception {
    for (String path : new String[] {API, ONE}) {
      HttpResponse<String> answer = ask("PUT", path, body);

      assertThat(answer.statusCode()).isEqualTo(400);
      assertThat(tree(answer).path("error").asText()).contains(error);
    }
    assertThat(modes.all()).allMatch(one -> one.stored() == null);
  }

  @Test
  void shouldRefuseAFormWithTheRemedy() throws Exception {
    HttpResponse<String> answer =
        ask("PUT", ONE, "mode=legacy", "Content-Type", "application/x-www-form-urlencoded");

    assertThat(answer.statusCode()).isEqualTo(415);
    assertThat(tree(answer).path("detail").asText()).contains("Content-Type: application/json");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "PUT    | ?queue=calendar-sync | Parameter \"queue\" is unknown; there is only canary",
        "PUT    | ?canary=maybe        | Parameter \"canary\" is \"maybe\"; use ?canary=true",
        "PUT    | ?canary              | Parameter \"canary\" is \"\"; use ?canary=true",
        "DELETE | ?queue=calendar-sync | Parameter \"queue\" is unknown; there is only canary",
        "GET    | ?mode=legacy         | Parameters \"mode=legacy\" have no meaning here",
      })
  void shouldRefuseAnUnknownParameter(String method, String query, String error) throws Exception {
    String body = method.equals("PUT") ? "{\"mode\":\"legacy\"}" : null;

    HttpResponse<String> answer = ask(method, API + query, body);

    assertThat(answer.statusCode()).isEqualTo(400);
    assertThat(tree(answer).path("error").asText()).startsWith(error);
  }

  @ParameterizedTest
  @ValueSource(strings = {"GET", "PUT", "DELETE"})
  void shouldNotKnowOtherQueues(String method) throws Exception {
    String body = method.equals("PUT") ? "{\"mode\":\"legacy\"}" : null;

    HttpResponse<String> answer = ask(method, API + "/calender-sync", body);

    assertThat(answer.statusCode()).isEqualTo(404);
    assertThat(tree(answer).path("error").asText())
        .isEqualTo("Unknown queue \"calender-sync\"; did you mean \"calendar-sync\"?");
  }

  @ParameterizedTest
  @CsvSource({"BUSY,409", "FAILED,503"})
  void shouldSayWhyNothingChanged(Reason reason, int status) throws Exception {
    refuseToChange(reason, "1 of 1 queue(s) stay as they were");

    HttpResponse<String> answer = ask("PUT", ONE, "{\"mode\":\"legacy\"}");

    assertThat(answer.statusCode()).isEqualTo(status);
    assertThat(tree(answer).path("error").asText())
        .startsWith("1 of 1 queue(s) stay as they were. Ask again when ");
  }

  @Test
  void shouldSayThatRedisCannotBeRead() throws Exception {
    doThrow(new SwitchRefused(Reason.FAILED, "Redis failed while reading")).when(modes).all();

    assertThat(ask("GET", API, null).statusCode()).isEqualTo(503);
  }

  @ParameterizedTest
  @CsvSource({"POST,/api/consumption,405", "GET,/api/nothing,404", "GET,/api/consumption/a/b,404"})
  void shouldTellTheTokensOwnerWhatIsNotThere(String method, String path, int status)
      throws Exception {
    assertThat(ask(method, path, null).statusCode()).isEqualTo(status);
  }

  @Test
  void shouldTakeNoCamelHeadersFromOutsideAndGiveNoneBack() throws Exception {
    Map<String, String> seen = new ConcurrentSkipListMap<>(String.CASE_INSENSITIVE_ORDER);
    EventNotifierSupport notifier =
        new EventNotifierSupport() {
          @Override
          public void notify(CamelEvent event) {
            if (event instanceof ExchangeCreatedEvent created) {
              created
                  .getExchange()
                  .getMessage()
                  .getHeaders()
                  .forEach((name, value) -> seen.put(name, String.valueOf(value)));
            }
          }
        };
    camel.getManagementStrategy().addEventNotifier(notifier);
    HttpResponse<String> answer;
    try {
      answer =
          ask(
              "GET",
              ONE,
              null,
              "CamelBullMQAddJobId",
              "forged",
              "camelHttpQuery",
              "canary=forged",
              "CamelHttpResponseCode",
              "299",
              "X-Mine",
              "seen");
    } finally {
      camel.getManagementStrategy().removeEventNotifier(notifier);
    }

    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(seen).containsEntry("X-Mine", "seen");
    assertThat(seen.values().toString()).doesNotContain("forged", "299");
    assertThat(seen).doesNotContainKey("CamelBullMQAddJobId");
    assertThat(answer.headers().map().keySet())
        .doesNotContain("x-mine", "authorization", "queue")
        .noneMatch(name -> name.startsWith("camel"));
  }
}
