package dev.millrace;

import dev.millrace.smoke.SmokeCommand;
import java.time.Clock;
import java.util.Arrays;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.autoconfigure.security.servlet.UserDetailsServiceAutoConfiguration;
import org.springframework.context.annotation.Bean;

/** Starts the application: eleven job routes on two Redis connections. */
// Without users of our own, Boot would invent one and print its password.
@SpringBootApplication(exclude = UserDetailsServiceAutoConfiguration.class)
public class Millrace {

  private static final int JAVA_THAT_WARNS = 24;

  protected Millrace() {}

  /** The time of the whole application; tests put another in its place. */
  @Bean
  Clock clock() {
    return Clock.systemUTC();
  }

  /**
   * Starts the application, or with the first argument {@code smoke} tests that it works; see
   * {@link SmokeCommand}.
   */
  public static void main(String[] args) {
    if (Runtime.version().feature() >= JAVA_THAT_WARNS) {
      // Netty does without; otherwise Java opens the log with four lines about Netty's insides.
      System.setProperty("io.netty.noUnsafe", "true");
    }
    if (args.length > 0 && args[0].equals("smoke")) {
      System.exit(SmokeCommand.run(Arrays.copyOfRange(args, 1, args.length)));
    }
    try {
      SpringApplication.run(Millrace.class, args);
    } catch (RuntimeException reported) {
      // Boot has said why. Ending by hand, because threads of servers that did start would go on.
      System.exit(1);
    }
  }
}
