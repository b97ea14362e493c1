package dev.millrace.routes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.millrace.account.GoogleConnections;
import dev.millrace.account.Integration;
import dev.millrace.account.TokenGrant;
import dev.millrace.component.BullMQConstants;
import dev.millrace.job.Rows;
import dev.millrace.queue.Job;
import dev.millrace.queue.QueueEngine;
import dev.millrace.sandbox.Sandbox;
import dev.millrace.sandbox.SandboxOptions;
import dev.millrace.sandbox.SandboxUser;
import java.time.Duration;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import org.apache.camel.Exchange;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.test.spring.junit5.CamelSpringBootTest;
import org.junit.jupiter.api.BeforeEach;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.dao.PessimisticLockingFailureException;
import org.springframework.data.domain.Range;
import org.springframework.data.redis.connection.DataType;
import org.springframework.data.redis.core.StringRedisTemplate;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;

/**
 * The whole application with all routes on real queues and a real database; only the outside world
 * is the sandbox. Started once for all route tests, and emptied before each test.
 *
 * <p>The scheduler stands still, so that nothing happens that the test did not ask for.
 */
@CamelSpringBootTest
@SpringBootTest(
    webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT,
    properties = {
      // The scheduler is Boot's, and either of the two would start it.
      "spring.quartz.auto-startup=false",
      "camel.component.quartz.auto-start-scheduler=false",
      "millrace.sandbox.enabled=false",
      // all tests together begin more full reads in a minute than Google would like
      "millrace.rate-limits.google-people-full.quota=1000",
      "app.public-base-url=https://millrace.example",
      "app.mail-from=Millrace <no-reply@millrace.example>"
    })
abstract class RunningMillrace {

  static final Sandbox SANDBOX =
      Sandbox.start(SandboxOptions.defaults().withoutData().allowHttpPush(true));

  @Autowired JdbcClient jdbc;
  @Autowired ProducerTemplate producer;
  @Autowired QueueEngine engine;
  @Autowired StringRedisTemplate redis;
  @Autowired ObjectMapper json;
  @Autowired GoogleConnections connections;

  Rows rows;

  @DynamicPropertySource
  static void outside(DynamicPropertyRegistry registry) {
    SANDBOX.properties().forEach((name, value) -> registry.add(name, () -> value));
  }

  @BeforeEach
  void empty() {
    awaitIdle();
    redis.delete(redis.keys("bull:*"));
    // a job that ended may still be writing its row in the ledger
    await()
        .ignoreException(PessimisticLockingFailureException.class)
        .until(
            () ->
                jdbc.sql(
                            "TRUNCATE users, webhook_messages, webhook_failures, job_runs, admin_alerts,"
                                + " full_read_places CASCADE")
                        .update()
                    == 0);
    SANDBOX.faults().clear();
    SANDBOX.requests().clear();
    rows = new Rows(jdbc);
  }

  /** Adds a job as any producer would and answers its id. */
  String add(String queue, Map<String, ?> data) {
    return add("bullmq:" + queue, data, Map.of());
  }

  String add(String uri, Map<String, ?> data, Map<String, Object> headers) {
    Exchange added =
        producer.request(
            uri,
            exchange -> {
              exchange.getMessage().setBody(data);
              exchange.getMessage().setHeaders(new HashMap<>(headers));
            });
    assertThat(added.getException()).isNull();
    return added.getMessage().getHeader(BullMQConstants.ADDED_JOB_ID, String.class);
  }

  /** Adds a job, waits for its end and answers its return value. */
  JsonNode run(String queue, Map<String, ?> data) {
    return returned(queue, add(queue, data));
  }

  JsonNode returned(String queue, String id) {
    Job job = ended(queue, id);
    assertThat(job.returnValue()).as("return value; failed: " + job.failedReason()).isNotNull();
    try {
      return json.readTree(job.returnValue());
    } catch (JsonProcessingException e) {
      throw new AssertionError("The return value is no JSON: " + job.returnValue(), e);
    }
  }

  Job ended(String queue, String id) {
    return await()
        .atMost(Duration.ofSeconds(15))
        .until(
            () -> engine.queue(queue).find(id).join().orElseThrow(),
            job -> job.finishedOn() != null);
  }

  /** The data of all jobs that were ever added to a queue, in whatever state they are. */
  List<JsonNode> added(String queue) {
    List<JsonNode> data = new ArrayList<>();
    for (String key : redis.keys("bull:" + queue + ":*")) {
      if (redis.type(key) == DataType.HASH && redis.opsForHash().hasKey(key, "data")) {
        data.add(tree((String) redis.opsForHash().get(key, "data")));
      }
    }
    return data;
  }

  /** How many jobs a queue was offered, those included that deduplication turned away. */
  long offered(String queue) {
    return redis.opsForStream().range("bull:" + queue + ":events", Range.unbounded()).stream()
        .map(event -> event.getValue().get("event"))
        .filter(event -> event.equals("added") || event.equals("deduplicated"))
        .count();
  }

  /** The ids of the jobs that wait in a queue for their time. */
  Set<String> delayed(String queue) {
    return redis.opsForZSet().range("bull:" + queue + ":delayed", 0, -1);
  }

  /** A user who is a person of the sandbox. */
  UUID user(SandboxUser person) {
    UUID user = rows.user(person.email(), "UTC");
    rows.add(
        """
        INSERT INTO notification_preferences (user_id, quiet_start, quiet_end)
        VALUES (:a, '00:00', '00:00')
        """,
        user);
    return user;
  }

  /** Moves a user to where it is noon: text messages are sent by day only. */
  void atNoon(UUID user) {
    int hour = LocalTime.now(ZoneOffset.UTC).getHour();
    rows.add(
        "UPDATE users SET time_zone = :b WHERE id = :a",
        user,
        ZoneOffset.ofHours(12 - hour).getId());
  }

  /** The person's grant; the access token is fetched at its first use. */
  UUID connect(UUID user, SandboxUser person, Integration integration) {
    boolean calendar = integration == Integration.GOOGLE_CALENDAR;
    return connections.connect(
        user,
        integration,
        person.email(),
        new TokenGrant(
            "used up",
            Duration.ofSeconds(1),
            calendar ? person.calendarRefreshToken() : person.contactsRefreshToken(),
            null,
            List.copyOf(calendar ? person.calendarScopes() : person.contactsScopes())));
  }

  /** A wall-clock hour some days from now, in UTC. */
  static String inDays(int days, int hour) {
    return LocalDate.now(ZoneOffset.UTC).plusDays(days).atTime(hour, 0) + ":00Z";
  }

  /** What the ledger says of a job's runs, as {@code outcome reason}. */
  List<String> ledger(String queue, String id) {
    String sql =
        """
        SELECT outcome || coalesce(' ' || reason, '') FROM job_runs
        WHERE queue = :queue AND job_id = :id ORDER BY id
        """;
    return await()
        .atMost(Duration.ofSeconds(5))
        .until(
            () -> jdbc.sql(sql).param("queue", queue).param("id", id).query(String.class).list(),
            runs -> !runs.isEmpty());
  }

  /** The row of a run follows its acknowledgement. */
  void awaitLedger(String queue, String id, String... runs) {
    await().untilAsserted(() -> assertThat(ledger(queue, id)).containsExactly(runs));
  }

  /** Waits until all jobs and what followed them have ended, but for those that wait for later. */
  void awaitIdle() {
    await().atMost(Duration.ofSeconds(15)).until(this::idle);
  }

  private boolean idle() {
    long waiting =
        redis.keys("bull:*:prioritized").stream()
            .mapToLong(key -> redis.opsForZSet().zCard(key))
            .sum();
    return waiting == 0
        && Stream.of("wait", "active")
                .flatMap(list -> redis.keys("bull:*:" + list).stream())
                .mapToLong(key -> redis.opsForList().size(key))
                .sum()
            == 0;
  }

  private JsonNode tree(String text) {
    try {
      return json.readTree(text);
    } catch (JsonProcessingException e) {
      throw new AssertionError("No JSON: " + text, e);
    }
  }
}
