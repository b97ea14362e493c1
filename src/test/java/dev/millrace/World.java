package dev.millrace;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.millrace.account.GoogleConnections;
import dev.millrace.account.Integration;
import dev.millrace.account.TokenGrant;
import dev.millrace.database.TestDatabase;
import dev.millrace.job.Quota;
import dev.millrace.sandbox.Sandbox;
import dev.millrace.sandbox.SandboxOptions;
import dev.millrace.sandbox.SandboxUser;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import javax.sql.DataSource;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.core.env.MapPropertySource;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * The beans of jobs, accounts and calendars on an empty database, with the sandbox for Google and
 * one clock for both.
 */
public final class World implements AutoCloseable {

  public static final Instant START = Instant.parse("2026-03-02T10:00:00Z");
  public static final String KEY = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";

  public final TestClock clock = new TestClock(START);
  public final Sandbox sandbox =
      Sandbox.start(SandboxOptions.defaults().clock(clock).withoutData());
  public final DataSource dataSource = TestDatabase.empty();
  public final JdbcClient jdbc = JdbcClient.create(dataSource);
  private final AnnotationConfigApplicationContext spring =
      new AnnotationConfigApplicationContext();

  public World() {
    this(Map.of());
  }

  /**
   * @param settings over those that lead to the sandbox
   */
  public World(Map<String, Object> settings) {
    Map<String, Object> properties = new HashMap<>(sandbox.properties());
    properties.put("millrace.encryption-key", KEY);
    properties.put("app.public-base-url", "https://millrace.example");
    properties.putAll(settings);
    spring
        .getEnvironment()
        .getPropertySources()
        .addFirst(new MapPropertySource("test", properties));
    JdbcTransactionManager transactions = new JdbcTransactionManager(dataSource);
    spring.registerBean(Clock.class, () -> clock);
    spring.registerBean(Quota.class, () -> (limit, subject) -> {});
    spring.registerBean(JdbcClient.class, () -> jdbc);
    spring.registerBean(JdbcTransactionManager.class, () -> transactions);
    spring.registerBean(TransactionTemplate.class, () -> new TransactionTemplate(transactions));
    spring.registerBean(MeterRegistry.class, SimpleMeterRegistry::new);
    spring.registerBean(ObjectMapper.class, () -> new ObjectMapper());
    spring.scan("dev.millrace.job", "dev.millrace.account", "dev.millrace.calendar");
    spring.refresh();
  }

  public <T> T bean(Class<T> type) {
    return spring.getBean(type);
  }

  public SandboxUser person(int number) {
    return sandbox.users().get(number);
  }

  /** A user of the application, who is the given person. */
  public UUID signUp(SandboxUser person) {
    return jdbc.sql(
            "INSERT INTO users (email, name, time_zone) VALUES (:email, :name, :zone) RETURNING id")
        .param("email", person.email())
        .param("name", person.name())
        .param("zone", person.zone().getId())
        .query(UUID.class)
        .single();
  }

  /** A user who connected a calendar; the access token is to be fetched at its first use. */
  public Connected connectCalendar(SandboxUser person) {
    UUID user = signUp(person);
    UUID connection =
        bean(GoogleConnections.class)
            .connect(
                user,
                Integration.GOOGLE_CALENDAR,
                person.email(),
                new TokenGrant(
                    "expired",
                    Duration.ofSeconds(1),
                    person.calendarRefreshToken(),
                    null,
                    List.copyOf(person.calendarScopes())));
    return new Connected(user, connection, person);
  }

  public double counted(String meter, String... tags) {
    var counter = bean(MeterRegistry.class).find(meter).tags(tags).counter();
    return counter == null ? 0 : counter.count();
  }

  public String status(UUID connection) {
    return jdbc.sql("SELECT status FROM google_connections WHERE id = :id")
        .param("id", connection)
        .query(String.class)
        .single();
  }

  @Override
  public void close() {
    spring.close();
    sandbox.close();
  }

  /** A user with a connection. */
  public record Connected(UUID user, UUID connection, SandboxUser person) {}
}
