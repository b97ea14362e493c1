package dev.millrace;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;

/** Starts the application: eleven job routes on two Redis connections. */
@SpringBootApplication
public class Millrace {

  protected Millrace() {}

  public static void main(String[] args) {
    SpringApplication.run(Millrace.class, args);
  }
}
