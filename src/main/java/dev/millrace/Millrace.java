package dev.millrace;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.autoconfigure.security.servlet.UserDetailsServiceAutoConfiguration;

/** Starts the application: eleven job routes on two Redis connections. */
// Without users of our own, Boot would invent one and print its password.
@SpringBootApplication(exclude = UserDetailsServiceAutoConfiguration.class)
public class Millrace {

  protected Millrace() {}

  public static void main(String[] args) {
    SpringApplication.run(Millrace.class, args);
  }
}
