package dev.millrace.preference;

import dev.millrace.job.SqlInstant;
import dev.millrace.setting.PurposeKey;
import java.time.Clock;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * Numbers whose owner wants no text message from anybody here. Most are nobody's, so only a keyed
 * hash is kept.
 */
@Component
class RefusedNumbers {

  private static final String HOLDS =
      """
      SELECT EXISTS (SELECT 1 FROM refused_numbers WHERE number_hash = :hash)
          OR EXISTS (SELECT 1 FROM user_phones WHERE e164 = :number AND opted_out_at IS NOT NULL)
      """;

  private final JdbcClient jdbc;
  private final PurposeKey key;
  private final Clock clock;

  RefusedNumbers(
      JdbcClient jdbc, @Value("${millrace.encryption-key}") String encryptionKey, Clock clock) {
    this.jdbc = jdbc;
    this.key = new PurposeKey(encryptionKey, "refused numbers");
    this.clock = clock;
  }

  /** Also whether a user opted out whose number it is. */
  boolean holds(String e164) {
    return jdbc.sql(HOLDS)
        .param("hash", key.hmac(e164))
        .param("number", e164)
        .query(Boolean.class)
        .single();
  }

  void add(String e164) {
    jdbc.sql(
            """
            INSERT INTO refused_numbers (number_hash, refused_at) VALUES (:hash, :now)
            ON CONFLICT (number_hash) DO NOTHING
            """)
        .param("hash", key.hmac(e164))
        .param("now", SqlInstant.of(clock.instant()))
        .update();
  }

  void remove(String e164) {
    jdbc.sql("DELETE FROM refused_numbers WHERE number_hash = :hash")
        .param("hash", key.hmac(e164))
        .update();
  }
}
