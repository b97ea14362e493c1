package dev.millrace.mode;

import dev.millrace.setting.RefusedSetting;
import dev.millrace.startup.AdminToken;
import dev.millrace.startup.SettingsReader;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.env.Environment;

/** Shows how a running instance consumes its queues, and switches it, over its API. */
public final class ModeCommand {

  /** Listed, or switched. */
  public static final int DONE = 0;

  /** The instance refused; it said why. */
  public static final int REFUSED = 1;

  /** The words make no sense, or no instance answers. */
  public static final int UNASKED = 2;

  private static final int LAST_PORT = 65_535;

  private final PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
  private final PrintStream err = new PrintStream(System.err, true, StandardCharsets.UTF_8);

  private ModeCommand() {}

  /**
   * Does what the words say and prints a table of the queues concerned.
   *
   * @param args {@code [<mode> [<queue>]] [--canary] [--url=…]}, and settings of Millrace
   * @return {@link #DONE}, {@link #REFUSED} or {@link #UNASKED}, meant as the exit code
   */
  public static int run(String... args) {
    return new ModeCommand().ask(args);
  }

  private int ask(String... args) {
    ModeArguments wanted;
    try {
      wanted = ModeArguments.of(args);
    } catch (IllegalArgumentException e) {
      err.println(e.getMessage());
      err.println(ModeArguments.USAGE);
      return UNASKED;
    }
    ConfigurableApplicationContext settings;
    try {
      settings = SettingsReader.read(wanted.settings());
    } catch (RuntimeException reported) {
      // Boot has printed why the settings are refused.
      return UNASKED;
    }
    try (settings) {
      return ask(wanted, settings.getEnvironment());
    } catch (RefusedSetting e) {
      err.println(e.getMessage());
      err.println(e.remedy());
      return UNASKED;
    }
  }

  private int ask(ModeArguments wanted, Environment settings) {
    URI server = server(wanted, settings);
    Optional<String> token = AdminToken.existing(settings);
    if (token.isEmpty()) {
      err.println(
          "There is no admin token: MILLRACE_ADMIN_TOKEN is not set, and "
              + AdminToken.place(settings)
              + " is not there.");
      err.println("Set MILLRACE_ADMIN_TOKEN to the token that the instance was started with.");
      return UNASKED;
    }
    try {
      return show(new ModeClient(server, token.get()).ask(wanted), settings);
    } catch (IOException e) {
      err.println("No Millrace answers at " + server + ": " + reason(e) + ".");
      err.println("Start it, or name its address by --url=http://host:port");
      return UNASKED;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return UNASKED;
    }
  }

  private int show(ModeClient.Answer answer, Environment settings) {
    if (!answer.refused()) {
      ModeTable.lines(answer.body()).forEach(out::println);
      return DONE;
    }
    switch (answer.status()) {
      case 401 -> {
        err.println("The instance does not take the admin token (401).");
        err.println(
            "Set MILLRACE_ADMIN_TOKEN to the one that it was started with; unset, it is read from "
                + AdminToken.place(settings));
      }
      case 403 -> {
        err.println("The API of the instance is closed (403).");
        err.println("Start it with MILLRACE_ADMIN_TOKEN set, to open it.");
      }
      default ->
          // An instance of an earlier release knows only the second.
          err.println(
              answer
                  .body()
                  .path("detail")
                  .asText(
                      answer
                          .body()
                          .path("error")
                          .asText("The instance refused: " + answer.status())));
    }
    return REFUSED;
  }

  private static URI server(ModeArguments wanted, Environment settings) {
    String url =
        wanted
            .url()
            .orElseGet(
                () -> "http://localhost:" + settings.getProperty("server.port", "8080").strip());
    try {
      URI server = URI.create(url);
      if (List.of("http", "https").contains(server.getScheme())
          && server.getHost() != null
          && server.getPort() <= LAST_PORT) {
        return server;
      }
    } catch (IllegalArgumentException e) {
      // Said below, as for any other text that is no address.
    }
    throw new RefusedSetting(
        (wanted.url().isPresent() ? "--url" : "The address of server.port")
            + " is \""
            + url
            + "\", which is no address of a server.",
        "Write it as --url=http://localhost:8080");
  }

  /** Java has no words of its own for a port at which nobody listens. */
  private static String reason(IOException failure) {
    return failure.getMessage() == null ? "the connection was refused" : failure.getMessage();
  }
}
