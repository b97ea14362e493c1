package dev.millrace.demo;

import dev.millrace.sandbox.Sandbox;
import dev.millrace.sandbox.SandboxUser;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.ApplicationArguments;
import org.springframework.boot.ApplicationRunner;
import org.springframework.stereotype.Component;

/** With the sandbox, fills the application once it runs; {@code millrace.demo.enabled} says no. */
@Component
public class DemoStart implements ApplicationRunner {

  private static final Logger LOG = LoggerFactory.getLogger(DemoStart.class);

  private final ObjectProvider<Sandbox> sandbox;
  private final DemoUsers users;
  private final DemoWork work;
  private final boolean enabled;

  public DemoStart(
      ObjectProvider<Sandbox> sandbox,
      DemoUsers users,
      DemoWork work,
      @Value("${millrace.demo.enabled:false}") boolean enabled) {
    this.sandbox = sandbox;
    this.users = users;
    this.work = work;
    this.enabled = enabled;
  }

  @Override
  public void run(ApplicationArguments arguments) {
    Sandbox running = sandbox.getIfAvailable();
    if (!enabled || running == null) {
      return;
    }
    users.insert(running.users());
    try {
      work.enqueue(running.users().stream().map(SandboxUser::email).toList());
    } catch (RuntimeException e) {
      // Redis may be away at the start; the application waits for it, and the clock adds work too.
      LOG.warn("Demo: the first jobs could not be added: {}", e.getMessage());
    }
  }
}
