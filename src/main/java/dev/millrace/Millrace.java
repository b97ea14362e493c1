package dev.millrace;

import java.time.Clock;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.autoconfigure.security.servlet.UserDetailsServiceAutoConfiguration;
import org.springframework.context.annotation.Bean;

/** Starts the application: eleven job routes on two Redis connections. */
// Without users of our own, Boot would invent one and print its password.
@SpringBootApplication(exclude = UserDetailsServiceAutoConfiguration.class)
public class Millrace {

  protected Millrace() {}

  /** The time of the whole application; tests put another in its place. */
  @Bean
  Clock clock() {
    return Clock.systemUTC();
  }

  public static void main(String[] args) {
    try {
      SpringApplication.run(Millrace.class, args);
    } catch (RuntimeException reported) {
      // Boot has said why. Ending by hand, because threads of servers that did start would go on.
      System.exit(1);
    }
  }
}
