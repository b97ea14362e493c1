package dev.millrace.account;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * What a sweep found.
 *
 * @param skipped were refreshed by somebody else meanwhile
 * @param died the grants found dead now; each is a reminder to send, and no part of the answer
 */
public record TokenRefreshResult(
    int checked,
    int refreshed,
    int dead,
    @JsonProperty("transient") int unavailable,
    int skipped,
    @JsonIgnore List<UUID> died) {

  /** One job for token-health-reminder a grant. */
  public List<Map<String, String>> reminders() {
    return died.stream().map(id -> Map.of("connectionId", id.toString())).toList();
  }
}
