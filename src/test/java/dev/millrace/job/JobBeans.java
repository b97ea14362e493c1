package dev.millrace.job;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.millrace.database.TestDatabase;
import dev.millrace.notification.SettledNotices;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.support.PropertySourcesPlaceholderConfigurer;
import org.springframework.core.env.MapPropertySource;
import org.springframework.jdbc.core.namedparam.NamedParameterJdbcTemplate;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Job beans as the application wires them, on an emptied real database and a clock that the test
 * moves; no queue, no web server.
 */
public final class JobBeans implements AutoCloseable {

  private final AnnotationConfigApplicationContext context =
      new AnnotationConfigApplicationContext();
  private final JdbcClient jdbc;
  private final CountedStatements statements;

  /**
   * @param packages whose components are wanted
   * @param more adds what the packages need besides
   */
  public JobBeans(
      Clock clock,
      Map<String, Object> settings,
      Consumer<AnnotationConfigApplicationContext> more,
      String... packages) {
    CountedStatements database = new CountedStatements(TestDatabase.empty());
    statements = database;
    jdbc = JdbcClient.create(database);
    context.getEnvironment().getPropertySources().addFirst(new MapPropertySource("test", settings));
    context.registerBean(
        PropertySourcesPlaceholderConfigurer.class, PropertySourcesPlaceholderConfigurer::new);
    // a singleton from outside: closing the context leaves the shared database open
    context.getBeanFactory().registerSingleton("dataSource", database);
    context.registerBean(JdbcClient.class, () -> jdbc);
    context.registerBean(
        NamedParameterJdbcTemplate.class, () -> new NamedParameterJdbcTemplate(database));
    context.registerBean(JdbcTransactionManager.class, () -> new JdbcTransactionManager(database));
    context.registerBean(
        TransactionTemplate.class,
        () -> new TransactionTemplate(context.getBean(JdbcTransactionManager.class)));
    context.registerBean(ObjectMapper.class, () -> new ObjectMapper());
    context.registerBean(SimpleMeterRegistry.class, () -> new SimpleMeterRegistry());
    context.registerBean(Clock.class, () -> clock);
    context.registerBean(Quota.class, () -> (limit, subject) -> {});
    // answers to suggestions close notices
    context.register(SettledNotices.class);
    more.accept(context);
    context.scan(packages);
    context.scan("dev.millrace.job");
    context.refresh();
  }

  public static JobBeans of(Clock clock, String... packages) {
    return new JobBeans(
        clock,
        Map.of(
            "millrace.encryption-key", "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=",
            "app.public-base-url", "https://millrace.example",
            "twilio.from", "+15005550006"),
        context -> {},
        packages);
  }

  public <T> T get(Class<T> type) {
    return context.getBean(type);
  }

  public JdbcClient jdbc() {
    return jdbc;
  }

  /** How many statements these beans have executed. */
  public long statements() {
    return statements.count();
  }

  /** The first column of each row as text. */
  public List<String> texts(String sql) {
    return jdbc.sql(sql).query((rs, row) -> rs.getString(1)).list();
  }

  public String text(String sql) {
    return texts(sql).getFirst();
  }

  public Rows rows() {
    return new Rows(jdbc);
  }

  @Override
  public void close() {
    context.close();
  }
}
