package dev.millrace.restcheck;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.TestDefaults;
import dev.millrace.rest.RunningRest;
import dev.millrace.rest.ScriptedRest;
import dev.millrace.rest.ScriptedRest.Answer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

/** The command {@code rest-check}, against the running application and against worse servers. */
@ExtendWith(OutputCaptureExtension.class)
class RestCheckCommandTest extends RunningRest {

  @Test
  void shouldPassAgainstTheGateway(CapturedOutput output) {
    resetCalls();

    assertThat(RestCheckCommand.run("--server.port=" + port)).isEqualTo(RestCheckCommand.PASSED);

    assertThat(output.getOut())
        .contains("Checking http://localhost:" + port + "/redis")
        .containsPattern("(?m)^ok +ping +\\d+ ms$")
        .containsPattern("(?m)^ok +ZREMRANGEBYSCORE +\\d+ ms$")
        .contains("Total 12 · passed 12 · commands billed 12");
    assertThat(plain.keys("millrace:check:*")).isEmpty();
    assertThat(calls()).containsEntry("zremrangebyscore", 1L).containsEntry("exists", 1L);
  }

  @Test
  void shouldCheckAnotherServerWithTheTokenOfTheSettings(CapturedOutput output) throws Exception {
    String token = Files.readString(TestDefaults.data().resolve("rest-token")).strip();

    assertThat(
            RestCheckCommand.run(
                "--url=http://localhost:" + port + "/redis/", "--redis.rest.token=" + token))
        .isEqualTo(RestCheckCommand.PASSED);
    assertThat(output.getAll()).doesNotContain(token);
  }

  @Test
  void shouldSayThatTheTokenIsWrong(CapturedOutput output) {
    assertThat(
            RestCheckCommand.run(
                "--url=http://localhost:" + port + "/redis", "--redis.rest.token=hunter2"))
        .isEqualTo(RestCheckCommand.FAILED);

    assertThat(output.getOut())
        .contains("FAILED  ping: PING: status 401 WRONGPASS invalid or missing auth token")
        .contains("Total 12 · passed 0");
    assertThat(output.getAll()).doesNotContain("hunter2");
  }

  @Test
  void shouldSayWhatAServerDoesWrongAndGoOn(CapturedOutput output) throws IOException {
    try (ScriptedRest server = ScriptedRest.start()) {
      server.answer(
          (request, exchange) ->
              Answer.of(
                      request.body().contains("EXISTS") ? 400 : 200,
                      request.body().contains("EXISTS")
                          ? "{\"error\":\"ERR unknown command\"}"
                          : "{\"result\":1}")
                  .to(request, exchange));

      assertThat(RestCheckCommand.run("--url=" + server.url(), "--redis.rest.token=AXzz"))
          .isEqualTo(RestCheckCommand.FAILED);
    }
    assertThat(output.getOut())
        .contains("FAILED  exists: EXISTS: ERR unknown command")
        .contains("FAILED  ZCARD: ZCARD answered 1 instead of 3")
        .contains("FAILED  ping: PING: the answer is an integer instead of a string");
  }

  @Test
  void shouldSayThatNobodyAnswers(CapturedOutput output) throws IOException {
    ScriptedRest gone = ScriptedRest.start();
    gone.close();

    assertThat(RestCheckCommand.run("--url=" + gone.url(), "--redis.rest.token=AXzz"))
        .isEqualTo(RestCheckCommand.FAILED);
    assertThat(output.getOut()).contains("FAILED  ping: PING: no answer: ");
  }

  @Test
  void shouldRefuseWordsThatMakeNoSense(CapturedOutput output) {
    assertThat(RestCheckCommand.run("--uri=x")).isEqualTo(RestCheckCommand.UNTESTED);
    assertThat(RestCheckCommand.run("--url=localhost")).isEqualTo(RestCheckCommand.UNTESTED);
    assertThat(RestCheckCommand.run("--url=https://redis.example.com"))
        .isEqualTo(RestCheckCommand.UNTESTED);

    assertThat(output.getErr())
        .contains("\"--uri\" is unknown; did you mean \"--url\"?")
        .contains("Usage: rest-check")
        .contains("--url begins with neither https:// nor http://.")
        .contains("UPSTASH_REDIS_REST_TOKEN is not set.");
  }

  @Test
  void shouldNotSendTheTokenOfItsOwnGatewayElsewhere(CapturedOutput output) throws IOException {
    try (ScriptedRest server = ScriptedRest.start()) {
      assertThat(
              RestCheckCommand.run(
                  "--url=" + server.url(), "--millrace.gateway.token=secret-of-the-gateway"))
          .isEqualTo(RestCheckCommand.UNTESTED);
      assertThat(server.requests()).isEmpty();
    }
    assertThat(output.getErr()).contains("UPSTASH_REDIS_REST_TOKEN is not set.");
  }

  @Test
  void shouldSayWhereTheRouteIsMissing(CapturedOutput output, @TempDir Path empty) {
    assertThat(
            RestCheckCommand.run("--server.port=" + port, "--millrace.routes-directory=" + empty))
        .isEqualTo(RestCheckCommand.UNTESTED);
    assertThat(output.getErr()).contains("redis-over-http.camel.yaml does not start");
  }
}
