package dev.millrace.routes;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.apache.camel.CamelContext;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;
import org.springframework.beans.factory.annotation.Autowired;

/** What holds for every job route alike. */
class WiringRouteTest extends RunningMillrace {

  @Autowired CamelContext camel;

  @ParameterizedTest
  @FieldSource("dev.millrace.smoke.SmokeRun#QUEUES")
  void shouldAnswerAWiringTestAndTouchNothing(String queue) {
    String id = add(queue, Map.of("test", true, "source", "smoke"));

    assertThat(returned(queue, id).toString()).isEqualTo("{\"test\":true}");
    assertThat(ledger(queue, id)).containsExactly("completed test");
    assertThat(SANDBOX.requests().all()).isEmpty();
  }

  @ParameterizedTest
  @FieldSource("dev.millrace.smoke.SmokeRun#QUEUES")
  void shouldSayWhatItIsFor(String queue) {
    assertThat(camel.getRoute(queue)).isNotNull();
    assertThat(camel.getRoute(queue).getDescription())
        .hasSizeGreaterThan(40)
        .doesNotContain("Still to come");
  }
}
