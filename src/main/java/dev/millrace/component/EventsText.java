package dev.millrace.component;

import dev.millrace.queue.QueueEvents;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/**
 * What {@code bullmq:events?queues=…} says.
 *
 * @param from by queue where to begin
 * @param names of the events that are wanted; empty = all
 */
record EventsText(Map<String, String> from, Set<String> names) {

  /** The path that stands for events when the option {@code queues} is set. */
  private static final String PATH = "events";

  static EventsText of(BullMQConfiguration configuration) {
    String from = configuration.getFromEventId();
    Map<String, String> queues = new LinkedHashMap<>();
    for (String queue : list(configuration.getQueues())) {
      queues.put(queue, from == null || from.isBlank() ? QueueEvents.NOW : from.trim());
    }
    return new EventsText(queues, list(configuration.getEvents()));
  }

  /**
   * Refuses options that are about events where they would mean nothing.
   *
   * @throws IllegalArgumentException saying what to write instead
   */
  static void check(String path, BullMQConfiguration configuration) {
    String queues = configuration.getQueues();
    if (queues != null) {
      if (!path.equals(PATH)) {
        throw new IllegalArgumentException(
            "option queues belongs to bullmq:events; write bullmq:events?queues="
                + queues
                + " instead of bullmq:"
                + path);
      }
      if (list(queues).isEmpty()) {
        throw new IllegalArgumentException(
            "option queues \"" + queues + "\" names no queue; write queues=mail,calendar-sync");
      }
    } else if (configuration.getEvents() != null || configuration.getFromEventId() != null) {
      throw new IllegalArgumentException(
          "options events and fromEventId need queues, the queues to follow, as in bullmq:events?queues=mail");
    }
  }

  private static Set<String> list(String text) {
    Set<String> list = new LinkedHashSet<>();
    for (String part : text == null ? new String[0] : text.split(",")) {
      if (!part.isBlank()) {
        list.add(part.trim());
      }
    }
    return list;
  }
}
