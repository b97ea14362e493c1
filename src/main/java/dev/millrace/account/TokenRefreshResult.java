package dev.millrace.account;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonProperty;
import dev.millrace.job.Batches;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * What a sweep found.
 *
 * @param skipped were refreshed by somebody else meanwhile
 * @param died the grants whose users are to be reminded: found dead now, or earlier without anybody
 *     being told. No part of the answer
 * @param failure what ended the sweep early; null otherwise. The route throws it once the reminders
 *     are on their way
 */
public record TokenRefreshResult(
    int checked,
    int refreshed,
    int dead,
    @JsonProperty("transient") int unavailable,
    int skipped,
    @JsonIgnore List<UUID> died,
    @JsonIgnore RuntimeException failure) {

  /** Jobs for token-health-reminder, one a grant, in batches. */
  public List<List<Map<String, Object>>> reminders() {
    return Batches.of(
        died.stream().map(id -> Map.<String, Object>of("connectionId", id.toString())).toList());
  }
}
