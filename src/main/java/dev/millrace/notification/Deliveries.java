package dev.millrace.notification;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;

/** Payloads of batch-notifications that ask for the delivery of messages. */
final class Deliveries {

  /** Messages a job. */
  static final int MOST = 50;

  /** Jobs of the tick for one purpose at a time. */
  static final int SHARES = 10;

  /** Lower is taken first; what is not named is as urgent as a digest. */
  private static final Map<String, Integer> PRIORITIES =
      Map.of("verification", 2, "realtime", 2, "token_notice", 3, "digest", 4, "reminder", 6);

  private Deliveries() {}

  /** A message that waits. */
  record Waiting(UUID id, String purpose) {

    private String share() {
      return purpose + ":" + Math.floorMod(id.hashCode(), SHARES);
    }
  }

  /**
   * The messages in jobs of at most 50. {@code batch} is the same for the same messages, so that
   * whoever asks a second time is told apart by the queue.
   */
  static List<Map<String, Object>> of(List<UUID> messageIds) {
    List<Map<String, Object>> jobs = new ArrayList<>();
    for (int from = 0; from < messageIds.size(); from += MOST) {
      List<String> ids =
          messageIds.subList(from, Math.min(from + MOST, messageIds.size())).stream()
              .map(UUID::toString)
              .sorted()
              .toList();
      jobs.add(Map.of("kind", "deliver", "messageIds", ids, "batch", digest(ids)));
    }
    return jobs;
  }

  /**
   * The messages in one job for each purpose and tenth, with the {@code priority} of the purpose. A
   * message is always in the same share, and {@code batch} names the share: however long a backlog
   * gets, the queue holds one job of each, and the next tick asks for the rest.
   */
  static List<Map<String, Object>> inShares(List<Waiting> messages) {
    Map<String, List<String>> shares = new TreeMap<>();
    Map<String, Integer> priorities = new TreeMap<>();
    for (Waiting message : messages) {
      List<String> ids = shares.computeIfAbsent(message.share(), share -> new ArrayList<>());
      priorities.put(message.share(), PRIORITIES.getOrDefault(message.purpose(), 4));
      if (ids.size() < MOST) {
        ids.add(message.id().toString());
      }
    }
    List<Map<String, Object>> jobs = new ArrayList<>();
    shares.forEach(
        (share, ids) ->
            jobs.add(
                Map.of(
                    "kind",
                    "deliver",
                    "messageIds",
                    ids,
                    "batch",
                    share,
                    "priority",
                    priorities.get(share))));
    return jobs;
  }

  private static String digest(List<String> ids) {
    try {
      byte[] hash =
          MessageDigest.getInstance("SHA-256")
              .digest(String.join(",", ids).getBytes(StandardCharsets.US_ASCII));
      return HexFormat.of().formatHex(hash, 0, 12);
    } catch (NoSuchAlgorithmException missing) {
      throw new IllegalStateException("Every Java runtime has SHA-256; this one does not", missing);
    }
  }
}
