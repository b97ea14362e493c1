package dev.millrace.smoke;

import dev.millrace.Millrace;
import dev.millrace.queue.QueueEngine;
import dev.millrace.redis.RedisConnections;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.springframework.boot.Banner;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.data.redis.connection.RedisConnection;
import org.springframework.data.redis.core.types.RedisClientInfo;

/**
 * Sends {@code {"test":true}} through each of the eleven queues and says how it went: through a
 * running instance when Redis shows one, else through one of its own, started for the test.
 *
 * <p>Option {@code --millrace.smoke.timeout} (default 60s): how long to wait for all jobs together.
 */
public final class SmokeCommand {

  /** Every job completed. */
  public static final int PASSED = 0;

  /** A job failed, or did not end in time. */
  public static final int FAILED = 1;

  /** Nothing was tested: Redis cannot be reached, or the settings are refused. */
  public static final int UNTESTED = 2;

  private static final String TIMEOUT = "millrace.smoke.timeout";
  private static final String COMMAND = "command";
  private static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(60);

  private final PrintStream out = utf8(System.out);
  private final PrintStream err = utf8(System.err);

  private SmokeCommand() {}

  /**
   * Runs the test and prints the verdict.
   *
   * @return {@link #PASSED}, {@link #FAILED} or {@link #UNTESTED}, meant as the exit code
   */
  public static int run(String... args) {
    return new SmokeCommand().test(args);
  }

  private int test(String... args) {
    try (ConfigurableApplicationContext client = client(args)) {
      if (SmokeTarget.isFound(client.getEnvironment())) {
        RedisConnections redis = client.getBean(RedisConnections.class);
        Optional<String> instance;
        try {
          instance = runningInstance(redis);
        } catch (RuntimeException e) {
          err.println(
              "Redis at " + redis.address() + " cannot be reached: " + rootMessage(e) + ".");
          err.println("Start it, or correct REDIS_URL (or spring.data.redis.*).");
          return UNTESTED;
        }
        if (instance.isPresent()) {
          out.println("Testing the running instance " + instance.get());
          return verdict(client);
        }
      }
    } catch (RuntimeException reported) {
      // Boot has printed why the settings are refused.
      return UNTESTED;
    }
    out.println("No instance is running: testing one of our own");
    try (ConfigurableApplicationContext own = ownInstance(args)) {
      return verdict(own);
    } catch (RuntimeException reported) {
      return UNTESTED;
    }
  }

  private int verdict(ConfigurableApplicationContext context) {
    Duration limit = context.getEnvironment().getProperty(TIMEOUT, Duration.class, DEFAULT_TIMEOUT);
    List<SmokeResult> results;
    try {
      results = new SmokeRun(context.getBean(QueueEngine.class)).run(limit);
    } catch (RuntimeException e) {
      err.println("Redis failed during the test: " + rootMessage(e) + ".");
      return FAILED;
    }
    results.forEach(result -> out.println(result.line()));
    long completed = results.stream().filter(SmokeResult::completed).count();
    long ended = results.stream().filter(SmokeResult::ended).count();
    int total = SmokeRun.QUEUES.size();
    StringBuilder summary = new StringBuilder("Total " + total);
    summary.append(" · completed ").append(completed);
    summary.append(" · failed ").append(ended - completed);
    if (ended < total) {
      summary.append(" · not ended in ").append(limit.toSeconds()).append(" s ");
      summary.append(total - ended);
    }
    out.println(summary);
    return completed == total ? PASSED : FAILED;
  }

  /** As much of the application as can add a job; it starts no server and works no queue. */
  private static ConfigurableApplicationContext client(String... args) {
    SpringApplication application = quiet(SmokeClient.class);
    application.setWebApplicationType(WebApplicationType.NONE);
    application.setInitializers(List.of(new SmokeTarget()));
    return application.run(args);
  }

  private static ConfigurableApplicationContext ownInstance(String... args) {
    // Any free port, because another program may have ours; no demo, because this is a test.
    String[] all =
        Stream.concat(
                Stream.of("--server.port=0", "--millrace.demo.enabled=false"), Stream.of(args))
            .toArray(String[]::new);
    return quiet(Millrace.class).run(all);
  }

  private static SpringApplication quiet(Class<?> source) {
    SpringApplication application = new SpringApplication(source);
    application.setBannerMode(Banner.Mode.OFF);
    application.setLogStartupInfo(false);
    application.setAdditionalProfiles("smoke");
    return application;
  }

  /** The name of another instance, as Redis shows it; in every mode it has a command connection. */
  private static Optional<String> runningInstance(RedisConnections redis) {
    String prefix = RedisConnections.clientName("", "").replace("::", ":");
    String ours = RedisConnections.clientName(redis.instance(), COMMAND);
    try (RedisConnection connection = redis.factory().getConnection()) {
      List<RedisClientInfo> clients = connection.serverCommands().getClientList();
      return clients == null
          ? Optional.empty()
          : clients.stream()
              .map(RedisClientInfo::getName)
              .filter(name -> name != null && !name.equals(ours))
              .filter(name -> name.startsWith(prefix) && name.endsWith(":" + COMMAND))
              .map(name -> name.substring(prefix.length(), name.length() - COMMAND.length() - 1))
              .findFirst();
    }
  }

  /** A container has no locale, and Java would print the verdict's dots as question marks. */
  private static PrintStream utf8(PrintStream console) {
    return new PrintStream(console, true, StandardCharsets.UTF_8);
  }

  private static String rootMessage(Throwable failure) {
    Throwable root = failure;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    return root.getMessage() == null ? root.toString() : root.getMessage();
  }
}
