package dev.millrace.api;

import dev.millrace.preference.Preferences;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.camel.Exchange;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/** What {@code routes/http/preferences.camel.yaml} calls about notifications, week and zone. */
@Component
public class PreferencesApi {

  private static final Logger LOG = LoggerFactory.getLogger(PreferencesApi.class);

  private final Preferences preferences;
  private final Clock clock;

  public PreferencesApi(Preferences preferences, Clock clock) {
    this.preferences = preferences;
    this.clock = clock;
  }

  /** That an address takes no parameters. */
  public void bare(String query) {
    new QueryString(query).only();
  }

  /** One part of all that a user prefers. */
  public Object part(Map<String, Object> all, String name) {
    return all.get(name);
  }

  /** Stores how the user is reached; suggestions do not depend on it. */
  public void notifications(UUID user, String body, String query) {
    bare(query);
    preferences.save(user, PreferenceBodies.notifications(body, clock.instant()));
  }

  /** Stores the times of the user's week; answers the jobs that follow. */
  public List<Map<String, Object>> availability(UUID user, String body, String query) {
    bare(query);
    preferences.save(user, PreferenceBodies.availability(body));
    return repairs(user);
  }

  /** Stores where the user is; answers the jobs that follow. */
  public List<Map<String, Object>> timeZone(UUID user, String body, String query) {
    bare(query);
    return preferences.save(user, PreferenceBodies.timeZone(body)) ? repairs(user) : List.of();
  }

  /** Notes that suggestions are repaired later: generation does it too, every six hours. */
  public void repairLater(Exchange exchange) {
    LOG.error(
        "Suggestions were not repaired after preferences changed",
        exchange.getProperty(Exchange.EXCEPTION_CAUGHT, Exception.class));
  }

  private static List<Map<String, Object>> repairs(UUID user) {
    return List.of(Map.of("userId", user.toString(), "reason", "preferences"));
  }
}
