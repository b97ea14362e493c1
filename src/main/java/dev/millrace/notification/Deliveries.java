package dev.millrace.notification;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** Payloads of batch-notifications that ask for the delivery of messages. */
final class Deliveries {

  /** Messages a job. */
  static final int MOST = 50;

  private Deliveries() {}

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
