package dev.millrace.consumption;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.mockito.Mockito.atLeastOnce;
import static org.mockito.Mockito.verify;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.consumption.SwitchRefused.Reason;
import java.lang.management.ManagementFactory;
import java.net.http.HttpResponse;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import javax.management.JMException;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The actuator endpoint {@code consumption}, over the web and over JMX. */
class ConsumptionEndpointTest extends RunningApi {

  private static final String ONE = ENDPOINT + "/calendar-sync";

  private final MBeanServer beans = ManagementFactory.getPlatformMBeanServer();

  @Test
  void shouldReadOnTheWeb() throws Exception {
    assertThat(settled("GET", ENDPOINT, null, "pooled")).hasSize(11);
    assertThat(tree(ask("GET", ONE, null)).toString())
        .isEqualTo(
            "{\"queue\":\"calendar-sync\",\"mode\":\"pooled\",\"stored\":null,"
                + "\"configured\":\"pooled\",\"canary\":false,\"risk\":\"critical\"}");
  }

  @Test
  void shouldSwitchAndForgetOnTheWeb() throws Exception {
    JsonNode one = settled("POST", ONE, "{\"mode\":\"legacy\",\"canary\":true}", "legacy");
    assertThat(one.path("canary").asBoolean()).isTrue();

    JsonNode all = settled("POST", ENDPOINT, "{\"mode\":\"polling\"}", "polling");
    assertThat(all.findValuesAsText("stored")).hasSize(11).containsOnly("polling");

    assertThat(settled("DELETE", ONE, null, "pooled").path("stored").isNull()).isTrue();
    assertThat(settled("DELETE", ENDPOINT, null, "pooled")).hasSize(11);
    verify(modes, atLeastOnce()).change("calendar-sync", "legacy", true, "actuator");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "/calendar-sync | {\"mode\":\"fast\"}   | 400 | mode \"fast\" is unknown; use legacy",
        "/calendar-sync | {\"mode\":\" \"}      | 400 | is unknown; use legacy",
        "/calender-sync | {\"mode\":\"legacy\"} | 404 | did you mean \"calendar-sync\"?",
      })
  void shouldRefuseOnTheWeb(String queue, String body, int status, String error) throws Exception {
    HttpResponse<String> answer = ask("POST", ENDPOINT + queue, body);

    assertThat(answer.statusCode()).isEqualTo(status);
    assertThat(tree(answer).path("error").asText()).contains(error);
  }

  @ParameterizedTest
  @CsvSource({"BUSY,409", "FAILED,503"})
  void shouldSayOnTheWebWhyNothingChanged(Reason reason, int status) throws Exception {
    refuseToChange(reason, "calendar-sync stays as it was");

    HttpResponse<String> answer = ask("POST", ONE, "{\"mode\":\"legacy\"}");

    assertThat(answer.statusCode()).isEqualTo(status);
    assertThat(tree(answer).path("error").asText()).startsWith("calendar-sync stays as it was");
  }

  @Test
  void shouldRefuseASwitchToNothing() throws Exception {
    assertThat(ask("POST", ENDPOINT, "{}").statusCode()).isEqualTo(400);
    assertThat(ask("POST", ENDPOINT, null).statusCode()).isEqualTo(415);
  }

  @Test
  void shouldReadAndSwitchOverJmx() throws Exception {
    assertThat((Collection<?>) call("all")).hasSize(11);

    assertThat(called("polling", "switchOne", "calendar-sync", "polling", true))
        .singleElement()
        .satisfies(one -> assertThat(one.get("canary")).isEqualTo(true));
    assertThat(called("polling", "one", "calendar-sync")).hasSize(1);
    assertThat(called("legacy", "switchAll", "legacy", null))
        .hasSize(11)
        .allSatisfy(one -> assertThat(one.get("stored")).isEqualTo("legacy"));
    assertThat(called("pooled", "forgetOne", "calendar-sync")).hasSize(1);
    assertThat(called("pooled", "forgetAll")).hasSize(11);
  }

  @Test
  void shouldSayOverJmxWhyNothingChanged() {
    assertThatThrownBy(() -> call("switchAll", "fast", null))
        .rootCause()
        .hasMessageContaining("mode \"fast\" is unknown; use legacy, pooled, polling");
    assertThatThrownBy(() -> call("one", "calender-sync"))
        .rootCause()
        .hasMessageContaining("did you mean \"calendar-sync\"?");
  }

  @Test
  void shouldShowNothingElseOverJmx() throws Exception {
    assertThat(beans.queryNames(new ObjectName("org.springframework.boot:type=Endpoint,*"), null))
        .containsExactly(name());
  }

  private List<Map<?, ?>> called(String mode, String operation, Object... arguments)
      throws JMException {
    List<Map<?, ?>> rows = rows(call(operation, arguments));
    assertThat(rows).isNotEmpty().allMatch(row -> mode.equals(row.get("mode")));
    return rows;
  }

  private static List<Map<?, ?>> rows(Object answer) {
    Collection<?> all = answer instanceof Collection<?> list ? list : List.of(answer);
    return all.stream().<Map<?, ?>>map(one -> (Map<?, ?>) one).toList();
  }

  private Object call(String operation, Object... arguments) throws JMException {
    String[] types =
        Arrays.stream(beans.getMBeanInfo(name()).getOperations())
            .filter(one -> one.getName().equals(operation))
            .findAny()
            .map(one -> one.getSignature())
            .stream()
            .flatMap(Arrays::stream)
            .map(parameter -> parameter.getType())
            .toArray(String[]::new);
    return beans.invoke(name(), operation, arguments, types);
  }

  private static ObjectName name() throws JMException {
    return new ObjectName("org.springframework.boot:type=Endpoint,name=Consumption");
  }
}
