package dev.millrace.notification;

import dev.millrace.setting.PublicBaseUrl;
import dev.millrace.setting.PurposeKey;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.stereotype.Component;

/**
 * Addresses by which whoever got an e-mail stops further ones without signing in (RFC 8058). Their
 * token names the user and is signed, so that it can be neither guessed nor made; it never ends,
 * since an old mail must still be stoppable.
 */
@Component
public class UnsubscribeLinks {

  private static final int ID_BYTES = 16;
  private static final int SIGNATURE_BYTES = 16;

  /** What a user may want no more of; that a connection broke is not among it. */
  private static final Set<String> PURPOSES = Set.of("digest", "realtime", "reminder");

  private final PurposeKey key;
  private final String address;

  UnsubscribeLinks(
      @Value("${millrace.encryption-key}") String encryptionKey,
      @Value("${app.public-base-url}") PublicBaseUrl publicBaseUrl) {
    key = new PurposeKey(encryptionKey, "unsubscribe links");
    address = publicBaseUrl + "/api/unsubscribe?token=";
  }

  /** The user's address. */
  public String of(UUID user) {
    return address + token(user);
  }

  /** Whether messages of the purpose have a link by which to stop them. */
  static boolean belongIn(String purpose) {
    return PURPOSES.contains(purpose);
  }

  String token(UUID user) {
    byte[] id = id(user);
    return Base64.getUrlEncoder()
        .withoutPadding()
        .encodeToString(
            ByteBuffer.allocate(ID_BYTES + SIGNATURE_BYTES).put(id).put(signature(id)).array());
  }

  /** Whose token it is; empty for one that was not made here. */
  Optional<UUID> user(String token) {
    byte[] decoded = decoded(token);
    if (decoded.length != ID_BYTES + SIGNATURE_BYTES) {
      return Optional.empty();
    }
    byte[] id = Arrays.copyOf(decoded, ID_BYTES);
    byte[] given = Arrays.copyOfRange(decoded, ID_BYTES, decoded.length);
    if (!MessageDigest.isEqual(signature(id), given)) {
      return Optional.empty();
    }
    ByteBuffer halves = ByteBuffer.wrap(id);
    return Optional.of(new UUID(halves.getLong(), halves.getLong()));
  }

  private byte[] signature(byte[] id) {
    return Arrays.copyOf(key.hmac(id), SIGNATURE_BYTES);
  }

  private static byte[] id(UUID user) {
    return ByteBuffer.allocate(ID_BYTES)
        .putLong(user.getMostSignificantBits())
        .putLong(user.getLeastSignificantBits())
        .array();
  }

  private static byte[] decoded(String token) {
    try {
      return token == null ? new byte[0] : Base64.getUrlDecoder().decode(token);
    } catch (IllegalArgumentException notOurs) {
      return new byte[0];
    }
  }
}
