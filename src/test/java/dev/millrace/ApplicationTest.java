package dev.millrace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.millrace.demo.DemoUsers;
import dev.millrace.demo.DemoWork;
import dev.millrace.redis.RedisConnections;
import dev.millrace.sandbox.Sandbox;
import dev.millrace.sandbox.SandboxUser;
import dev.millrace.smoke.SmokeCommand;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.camel.CamelContext;
import org.apache.camel.test.spring.junit5.CamelSpringBootTest;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.autoconfigure.actuate.observability.AutoConfigureObservability;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.boot.test.web.client.TestRestTemplate;
import org.springframework.data.redis.connection.RedisConnection;
import org.springframework.data.redis.core.StringRedisTemplate;
import org.springframework.data.redis.core.types.RedisClientInfo;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.jdbc.core.simple.JdbcClient;

/** The whole application as a user starts it, on its embedded servers and the sandbox. */
@CamelSpringBootTest
@AutoConfigureObservability(tracing = false)
@SpringBootTest(webEnvironment = WebEnvironment.RANDOM_PORT)
@ExtendWith(OutputCaptureExtension.class)
class ApplicationTest {

  @Autowired TestRestTemplate http;
  @Autowired RedisConnections redis;
  @Autowired StringRedisTemplate strings;
  @Autowired CamelContext camel;
  @Autowired JdbcClient jdbc;
  @Autowired Sandbox sandbox;
  @Autowired DemoUsers demoUsers;
  @Autowired DemoWork demoWork;

  /** The work that is left would be done in the middle of other tests. */
  @AfterEach
  void leaveNoJobs() {
    strings.delete(strings.keys("bull:*"));
  }

  @Test
  void holdsTwoNamedConnectionsToRedis() {
    await().until(() -> ourConnections().size() >= 2);

    assertThat(ourConnections())
        .containsExactlyInAnyOrder(
            "millrace:" + redis.instance() + ":command",
            "millrace:" + redis.instance() + ":waiting");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/actuator/health",
        "/actuator/health/liveness",
        "/actuator/info",
        "/actuator/prometheus"
      })
  void opensWhatProbesRead(String path) {
    assertThat(get(path).getStatusCode()).isEqualTo(HttpStatus.OK);
  }

  @ParameterizedTest
  @ValueSource(strings = {"/", "/actuator", "/actuator/env", "/actuator/beans", "/no/such/page"})
  void closesEverythingElse(String path) {
    ResponseEntity<String> answer = get(path);

    assertThat(answer.getStatusCode()).isEqualTo(HttpStatus.FORBIDDEN);
    assertThat(answer.getBody())
        .isEqualTo(
            "{\"type\":\"about:blank\",\"title\":\"Forbidden\",\"status\":403,"
                + "\"detail\":\"This is closed.\",\"instance\":\"%s\"}",
            path);
    assertThat(answer.getHeaders()).doesNotContainKey("Set-Cookie");
  }

  @Test
  void takesNoPost() {
    assertThat(http.postForEntity("/actuator/health", Map.of(), String.class).getStatusCode())
        .isEqualTo(HttpStatus.FORBIDDEN);
  }

  @Test
  void tellsPrometheusOfRoutesAndQueues() {
    assertThat(get("/actuator/prometheus").getBody())
        .contains("camel_routes", "routeId=\"calendar-sync\"");
  }

  /** The scheduler must not run before the routes it fires. */
  @Test
  void asksAtStartForWhatWasMissed() {
    List.of(
            "token-refresh",
            "notification-reminder",
            "webhook-renewal",
            "token-health-reminder",
            "webhook-health-check",
            "suggestion-generation",
            "adaptive-sync")
        .forEach(
            queue ->
                await()
                    .untilAsserted(
                        () ->
                            assertThat(get("/actuator/prometheus").getBody())
                                .containsPattern(
                                    "millrace_schedule_checks_total\\{outcome=\"(due|empty)\",queue=\"%s\"\\} [1-9]"
                                        .formatted(queue))));
  }

  @Test
  void givesEveryQueueRealWorkAndRepeatsNoUser() {
    List<String> emails = sandbox.users().stream().map(SandboxUser::email).toList();

    demoUsers.insert(sandbox.users());
    demoUsers.insert(sandbox.users());
    demoWork.enqueue(emails);

    assertThat(count("SELECT count(*) FROM users WHERE email IN (:emails)", emails))
        .isEqualTo(emails.size());
    assertThat(
            count(
                """
                SELECT count(*) FROM google_connections c JOIN users u ON u.id = c.user_id
                WHERE u.email IN (:emails)
                """,
                emails))
        .isEqualTo(2L * emails.size());
    await()
        .atMost(Duration.ofMinutes(1))
        .until(
            () ->
                count(
                        """
                        SELECT count(DISTINCT queue) FROM job_runs
                        WHERE outcome IN ('completed', 'skipped')
                          AND coalesce(reason, '') <> 'test' AND '' NOT IN (:emails)
                        """,
                        emails)
                    == 11);
  }

  @Test
  void passesTheSmokeTestAsARunningInstance(CapturedOutput output) {
    await().until(() -> ourConnections().size() >= 2);

    int exit = SmokeCommand.run();

    assertThat(output.getOut())
        .contains("Testing the running instance " + redis.instance())
        .contains("Total 11 · completed 11 · failed 0");
    assertThat(exit).isEqualTo(SmokeCommand.PASSED);
  }

  @Test
  void failsTheSmokeTestWhenAJobIsNotDoneInTime(CapturedOutput output) throws Exception {
    await().until(() -> ourConnections().size() >= 2);
    camel.getRouteController().suspendRoute("calendar-sync");
    try {
      int exit = SmokeCommand.run("--millrace.smoke.timeout=2s");

      assertThat(output.getOut())
          .contains("Total 11 · completed 10 · failed 0 · not ended in 2 s 1")
          .containsPattern("calendar-sync +job \\S+ +waiting");
      assertThat(exit).isEqualTo(SmokeCommand.FAILED);
    } finally {
      camel.getRouteController().resumeRoute("calendar-sync");
    }
  }

  private ResponseEntity<String> get(String path) {
    return http.getForEntity(path, String.class);
  }

  private long count(String sql, List<String> emails) {
    return jdbc.sql(sql).param("emails", emails).query(Long.class).single();
  }

  private List<String> ourConnections() {
    try (RedisConnection connection = redis.factory().getConnection()) {
      return connection.serverCommands().getClientList().stream()
          .map(RedisClientInfo::getName)
          .filter(name -> name.startsWith("millrace:" + redis.instance()))
          .toList();
    }
  }
}
