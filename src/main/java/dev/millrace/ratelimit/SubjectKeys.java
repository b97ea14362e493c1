package dev.millrace.ratelimit;

import dev.millrace.ratelimit.RateLimit.Subjects;
import dev.millrace.setting.PurposeKey;
import java.util.Arrays;
import java.util.Base64;

/**
 * The names of subjects in Redis. Phone numbers are so few that a plain hash could be undone by
 * trying them all, so theirs needs a key, which is made of the application's own.
 *
 * <p>{@code millrace:} keeps clear of the keys of Node's limiters, which are sorted sets under the
 * same prefixes, and the algorithm's name of what another algorithm left behind.
 */
final class SubjectKeys {

  private static final int LONGEST = 256;
  private static final int HASH_BYTES = 16;

  private final PurposeKey key;

  /**
   * @param encryptionKey 32 bytes as base64, {@code millrace.encryption-key}
   */
  SubjectKeys(String encryptionKey) {
    key = new PurposeKey(encryptionKey, "rate limits of phones");
  }

  /**
   * The key of a subject.
   *
   * @throws RefusedCheck when the subject is blank, too long or no phone number where it has to be
   */
  String of(RateLimit limit, String subject) {
    return "millrace:"
        + limit.prefix()
        + ":"
        + limit.algorithm().word()
        + ":"
        + (limit.subjects() == Subjects.PHONES ? hashed(subject) : plain(limit, subject));
  }

  private String hashed(String phone) {
    byte[] hash = key.hmac(PhoneNumber.normal(phone));
    return Base64.getUrlEncoder().withoutPadding().encodeToString(Arrays.copyOf(hash, HASH_BYTES));
  }

  private static String plain(RateLimit limit, String subject) {
    if (subject == null || subject.isBlank()) {
      throw new RefusedCheck(
          "The subject of the rate limit \"%s\" is %s; give the id of whom it counts."
              .formatted(limit.name(), subject == null ? "null" : "blank"));
    }
    if (subject.length() > LONGEST) {
      throw new RefusedCheck(
          "The subject of the rate limit \"%s\" has %d characters; give an id of at most %d."
              .formatted(limit.name(), subject.length(), LONGEST));
    }
    return subject;
  }
}
