package dev.millrace.restcheck;

import dev.millrace.rest.client.RestAddress;
import dev.millrace.rest.client.RestProperties;
import dev.millrace.rest.client.RestTarget;
import dev.millrace.rest.client.StandaloneRest;
import dev.millrace.setting.RefusedSetting;
import dev.millrace.setting.Spelling;
import dev.millrace.startup.RestServer;
import dev.millrace.startup.SettingsReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.env.Environment;

/**
 * Tries whether a Redis over HTTP does what is asked of it: the one of the settings, or another
 * that is named by its address.
 */
public final class RestCheckCommand {

  /** It does. */
  public static final int PASSED = 0;

  /** It does not, or nobody answers; what was found is printed. */
  public static final int FAILED = 1;

  /** The words make no sense, or the settings are refused. */
  public static final int UNTESTED = 2;

  // A cold server at the other end of the world is slow, but not broken.
  private static final Duration PATIENCE = Duration.ofSeconds(15);

  private static final String URL = "--url=";
  private static final String USAGE =
      """
      Usage: rest-check           checks the Redis over HTTP that the settings name
      --url=https://…             checks this one
      The token is UPSTASH_REDIS_REST_TOKEN; of Millrace's own gateway, the one in the data directory.""";

  private final PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
  private final PrintStream err = new PrintStream(System.err, true, StandardCharsets.UTF_8);

  private RestCheckCommand() {}

  /**
   * Checks and prints a line for each step.
   *
   * @param args {@code [--url=…]}, and settings of Millrace
   * @return {@link #PASSED}, {@link #FAILED} or {@link #UNTESTED}, meant as the exit code
   */
  public static int run(String... args) {
    return new RestCheckCommand().check(args);
  }

  private int check(String... args) {
    String url = null;
    List<String> settings = new ArrayList<>();
    for (String arg : args) {
      if (arg.startsWith(URL)) {
        url = arg.substring(URL.length());
      } else if (arg.matches("--[^=]+\\.[^=]+=.*")) {
        settings.add(arg);
      } else {
        err.println(unknown(arg));
        err.println(USAGE);
        return UNTESTED;
      }
    }
    ConfigurableApplicationContext context;
    try {
      context = SettingsReader.read(settings);
    } catch (RuntimeException reported) {
      // Boot has printed why the settings are refused.
      return UNTESTED;
    }
    try (context) {
      return check(target(url, context.getEnvironment()), context.getEnvironment());
    } catch (RefusedSetting e) {
      err.println(e.getMessage());
      err.println(e.remedy());
      return UNTESTED;
    }
  }

  private int check(RestTarget target, Environment settings) {
    RestProperties properties =
        Binder.get(settings).bindOrCreate("redis.rest", RestProperties.class).within(PATIENCE);
    Path routes = Path.of(settings.getProperty("millrace.routes-directory", "routes"));
    out.println("Checking " + target.url());
    try (StandaloneRest rest = StandaloneRest.start(routes, target, properties)) {
      RestCheck check = new RestCheck(rest.redis());
      int passed = check.run(out::println);
      out.println(
          "Total "
              + check.size()
              + " · passed "
              + passed
              + " · commands billed "
              + rest.redis().meter().billed());
      return passed == check.size() ? PASSED : FAILED;
    } catch (IllegalStateException e) {
      err.println(e.getMessage());
      err.println("Start it in the directory that holds routes/ and config/.");
      return UNTESTED;
    }
  }

  private static RestTarget target(String url, Environment settings) {
    return url == null
        ? RestServer.asked(settings)
        : new RestTarget(RestAddress.url("--url", url), RestServer.token(settings));
  }

  private static String unknown(String arg) {
    String name = arg.replaceAll("=.*", "");
    return "\""
        + name
        + "\" is unknown"
        + Spelling.nearest(name, List.of("--url"))
            .map(near -> "; did you mean \"" + near + "\"?")
            .orElse(".");
  }
}
