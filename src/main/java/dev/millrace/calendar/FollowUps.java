package dev.millrace.calendar;

import java.util.List;
import java.util.Map;

/**
 * The jobs that a run of calendar-sync gives rise to, as the data of each. A job that gets lost on
 * its way is made up for by the sweep of its own queue.
 *
 * @param regenerations for suggestion-regeneration: time within its horizon became busy or free
 * @param generations for suggestion-generation: the first copy of the user's calendar is complete
 * @param renewals for webhook-renewal, in batches: Google does not announce changes of a calendar
 * @param missed for webhook-renewal, in batches: a calendar's channel lives, and missed a change
 * @param reminders for token-health-reminder: the user has to connect again
 */
public record FollowUps(
    List<Map<String, String>> regenerations,
    List<Map<String, String>> generations,
    List<List<Map<String, Object>>> renewals,
    List<List<Map<String, Object>>> missed,
    List<Map<String, String>> reminders) {

  static final FollowUps NONE =
      new FollowUps(List.of(), List.of(), List.of(), List.of(), List.of());
}
