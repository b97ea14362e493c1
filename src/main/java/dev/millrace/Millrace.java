package dev.millrace;

import dev.millrace.mode.ModeCommand;
import dev.millrace.restcheck.RestCheckCommand;
import dev.millrace.setting.Spelling;
import dev.millrace.smoke.SmokeCommand;
import java.time.Clock;
import java.util.Arrays;
import java.util.List;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.autoconfigure.security.servlet.UserDetailsServiceAutoConfiguration;
import org.springframework.context.annotation.Bean;

/** Starts the application: eleven job routes on two Redis connections. */
// Without users of our own, Boot would invent one and print its password.
@SpringBootApplication(exclude = UserDetailsServiceAutoConfiguration.class)
public class Millrace {

  private static final int JAVA_THAT_WARNS = 24;
  private static final int UNKNOWN_COMMAND = 2;
  private static final List<String> COMMANDS = List.of("mode", "rest-check", "smoke");

  protected Millrace() {}

  /** The time of the whole application; tests put another in its place. */
  @Bean
  Clock clock() {
    return Clock.systemUTC();
  }

  /**
   * Starts the application. With a command as its first argument it does that instead: {@code
   * smoke} tests that the application works, see {@link SmokeCommand}; {@code mode} shows and
   * switches how queues are consumed, see {@link ModeCommand}; {@code rest-check} tries a Redis
   * over HTTP, see {@link RestCheckCommand}.
   */
  public static void main(String[] args) {
    if (Runtime.version().feature() >= JAVA_THAT_WARNS) {
      // Netty does without; otherwise Java opens the log with four lines about Netty's insides.
      System.setProperty("io.netty.noUnsafe", "true");
    }
    if (args.length > 0 && !args[0].startsWith("-")) {
      System.exit(command(args[0], Arrays.copyOfRange(args, 1, args.length)));
    }
    try {
      SpringApplication.run(Millrace.class, args);
    } catch (RuntimeException reported) {
      // Boot has said why. Ending by hand, because threads of servers that did start would go on.
      System.exit(1);
    }
  }

  private static int command(String name, String... args) {
    return switch (name) {
      case "smoke" -> SmokeCommand.run(args);
      case "mode" -> ModeCommand.run(args);
      case "rest-check" -> RestCheckCommand.run(args);
      default -> {
        System.err.println(
            "Command \""
                + name
                + "\" is unknown; there are "
                + String.join(", ", COMMANDS)
                + Spelling.nearest(name, COMMANDS)
                    .map(near -> ". Did you mean \"" + near + "\"?")
                    .orElse(". Without one, Millrace starts."));
        yield UNKNOWN_COMMAND;
      }
    };
  }
}
