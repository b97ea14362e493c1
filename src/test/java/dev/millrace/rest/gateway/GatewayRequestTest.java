package dev.millrace.rest.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Requests over raw HTTP: what is sent, and what exactly comes back. */
class GatewayRequestTest extends RunningGateway {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "/|[\"SET\",\"k\",\"v\"]|200|{\"result\":\"OK\"}",
        "/|[\"GET\",\"absent\"]|200|{\"result\":null}",
        "/|[\"INCRBY\",\"n1\",9007199254740993]|200|{\"result\":9007199254740993}",
        "/pipeline|[[\"SET\",\"p\",1.50],[\"GET\",\"p\"],[\"LPUSH\",\"p\",1]]|200|[{\"result\":\"OK\"},{\"result\":\"1.50\"},{\"error\":\"WRONGTYPE Operation against a key holding the wrong kind of value\"}]",
      })
  void shouldAnswer(String path, String body, int status, String answer) throws Exception {
    Told told = post(path, body);

    assertThat(told.body()).isEqualTo(answer);
    assertThat(told.status()).isEqualTo(status);
  }
}
