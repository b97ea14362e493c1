package dev.millrace.consumption;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the admin token opens, and what stays closed with it. */
class AdminTokenTest extends RunningApi {

  @ParameterizedTest
  @CsvSource({
    "GET,/api/consumption",
    "PUT,/api/consumption",
    "DELETE,/api/consumption/calendar-sync",
    "GET,/api",
    "GET,/api/nothing",
    "GET,/actuator/consumption",
    "POST,/actuator/consumption/calendar-sync",
  })
  void shouldAskForTheToken(String method, String path) throws Exception {
    HttpResponse<String> answer = send(method, path, null);

    assertThat(answer.statusCode()).isEqualTo(401);
    assertThat(answer.headers().firstValue("WWW-Authenticate")).contains("Bearer");
    assertThat(answer.headers().firstValue("Content-Type")).contains("application/problem+json");
    assertThat(tree(answer).path("detail").asText())
        .isEqualTo("This needs a token. Send it as \"Authorization: Bearer <token>\".");
    assertThat(tree(answer).path("instance").asText()).isEqualTo(path);
    assertThat(answer.headers().firstValue("Set-Cookie")).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"Bearer wrong", "Bearer ", "Bearer", "Basic %s", "%s", "Bearer %sx"})
  void shouldTakeNothingElseForTheToken(String authorization) throws Exception {
    String header = authorization.formatted(token());

    HttpResponse<String> answer = send("GET", API, null, "Authorization", header);

    assertThat(answer.statusCode()).isEqualTo(401);
  }

  @Test
  void shouldReadTheSchemeInAnyCase() throws Exception {
    HttpResponse<String> answer = send("GET", API, null, "Authorization", "bearer " + token());

    assertThat(answer.statusCode()).isEqualTo(200);
  }

  @Test
  void shouldRememberNobody() throws Exception {
    assertThat(ask("GET", API, null).headers().firstValue("Set-Cookie")).isEmpty();
    assertThat(send("GET", API, null).statusCode()).isEqualTo(401);
  }

  @ParameterizedTest
  @ValueSource(strings = {"/", "/actuator", "/actuator/env", "/apis", "/no/such/page", "/error"})
  void shouldOpenNothingElse(String path) throws Exception {
    assertThat(ask("GET", path, null).statusCode()).isEqualTo(403);
  }

  @ParameterizedTest
  @ValueSource(strings = {"/API/consumption", "/api/../api/consumption", "/api//consumption"})
  void shouldNotBeMisledByTheFormOfThePath(String path) throws Exception {
    assertThat(send("GET", path, null).statusCode()).isIn(400, 401, 403);
  }
}
