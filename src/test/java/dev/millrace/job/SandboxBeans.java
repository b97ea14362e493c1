package dev.millrace.job;

import dev.millrace.account.GoogleConnections;
import dev.millrace.account.Integration;
import dev.millrace.account.TokenGrant;
import dev.millrace.sandbox.Sandbox;
import dev.millrace.sandbox.SandboxOptions;
import dev.millrace.sandbox.SandboxUser;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** Job beans that reach the sandbox instead of Google. */
public final class SandboxBeans implements AutoCloseable {

  public final Sandbox sandbox;
  public final JobBeans beans;

  public SandboxBeans(SandboxOptions options, Map<String, Object> settings, String... packages) {
    this(options.clock(), Sandbox.start(options), settings, packages);
  }

  private SandboxBeans(
      Clock clock, Sandbox sandbox, Map<String, Object> settings, String... packages) {
    this.sandbox = sandbox;
    Map<String, Object> all = new HashMap<>(sandbox.properties());
    all.put("millrace.encryption-key", "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=");
    all.put("app.public-base-url", "https://millrace.example");
    all.putAll(settings);
    beans = new JobBeans(clock, all, context -> {}, packages);
  }

  /** A user of the application with a grant; the access token is fetched at its first use. */
  public UUID connect(SandboxUser person, UUID user, Integration integration) {
    boolean calendar = integration == Integration.GOOGLE_CALENDAR;
    return beans
        .get(GoogleConnections.class)
        .connect(
            user,
            integration,
            person.email(),
            new TokenGrant(
                "used up",
                Duration.ofSeconds(1),
                calendar ? person.calendarRefreshToken() : person.contactsRefreshToken(),
                null,
                List.copyOf(calendar ? person.calendarScopes() : person.contactsScopes())));
  }

  @Override
  public void close() {
    beans.close();
    sandbox.close();
  }
}
