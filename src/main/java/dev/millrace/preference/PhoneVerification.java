package dev.millrace.preference;

import dev.millrace.job.SqlInstant;
import dev.millrace.notification.VerificationMessages;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Proves that a number is a user's, by a code that is sent there. Until then it is a claim, which
 * keeps nobody from the number.
 */
@Component
public class PhoneVerification {

  /** How often a code may be wrong. */
  public static final int MOST_TRIES = 5;

  /** How long a code is good. */
  public static final Duration LIFE = Duration.ofMinutes(10);

  private static final String TEXT =
      "Millrace: your code is %s. It is good for 10 minutes. If you did not ask for it, ignore this"
          + " message.";

  private static final String CLAIM =
      """
      INSERT INTO phone_verifications (user_id, e164, message_id, code_salt, code_hash, tries,
                                       consented_at, created_at, expires_at)
      VALUES (:user, :number, :message, :salt, :hash, 0, :now, :now, :expiresAt)
      ON CONFLICT (user_id) DO UPDATE
      SET e164 = EXCLUDED.e164, message_id = EXCLUDED.message_id, code_salt = EXCLUDED.code_salt,
          code_hash = EXCLUDED.code_hash, tries = 0, consented_at = EXCLUDED.consented_at,
          created_at = EXCLUDED.created_at, expires_at = EXCLUDED.expires_at
      """;

  private final JdbcClient jdbc;
  private final Phones phones;
  private final VerificationMessages messages;
  private final CodeLimits limits;
  private final RefusedNumbers refused;
  private final PhoneLocks locks;
  private final TransactionTemplate transaction;
  private final Clock clock;

  PhoneVerification(
      JdbcClient jdbc,
      Phones phones,
      VerificationMessages messages,
      CodeLimits limits,
      RefusedNumbers refused,
      PhoneLocks locks,
      PlatformTransactionManager transactions,
      Clock clock) {
    this.jdbc = jdbc;
    this.phones = phones;
    this.messages = messages;
    this.limits = limits;
    this.refused = refused;
    this.locks = locks;
    this.transaction = new TransactionTemplate(transactions);
    this.clock = clock;
  }

  /**
   * What became of a claim.
   *
   * @param deliveries payloads of batch-notifications; none where no code is sent
   * @param optedOut whether the phone's owner wants no text messages, so that none is sent
   * @param limited which limit is reached, in words; null = none
   * @param pause how long no code may be sent; null = no limit is reached
   */
  public record Claimed(
      List<Map<String, Object>> deliveries, boolean optedOut, String limited, Duration pause) {}

  /** What became of a code. */
  public enum Outcome {
    VERIFIED,
    WRONG,
    EXPIRED,
    USED_UP,
    /** None was asked for, or it was used already. */
    NONE
  }

  /**
   * A code that was tried.
   *
   * @param triesLeft how often one may still be wrong
   */
  public record Tried(Outcome outcome, int triesLeft) {

    private static Tried of(Outcome outcome) {
      return new Tried(outcome, 0);
    }
  }

  /** Whether the number is the user's already, so that no code is needed. */
  public boolean needless(UUID user, String e164) {
    return phones.works(user, e164);
  }

  /** Notes that the user claims the number and wants messages there, and has a code sent to it. */
  public Claimed claim(UUID user, String e164) {
    return transaction.execute(
        status -> {
          // or parallel requests would each find room for one code more
          locks.user(user);
          locks.number(e164);
          if (refused.holds(e164)) {
            return new Claimed(List.of(), true, null, null);
          }
          Instant now = clock.instant();
          Optional<CodeLimits.Reached> reached = limits.reached(user, e164, now);
          if (reached.isPresent()) {
            return new Claimed(List.of(), false, reached.get().what(), reached.get().pause());
          }
          String digits = PhoneCode.digits();
          PhoneCode code = PhoneCode.of(digits);
          Instant expiresAt = now.plus(LIFE);
          UUID message = messages.queue(user, e164, TEXT.formatted(digits), expiresAt);
          jdbc.sql(CLAIM)
              .param("user", user)
              .param("number", e164)
              .param("message", message)
              .param("salt", code.salt())
              .param("hash", code.hash())
              .param("now", SqlInstant.of(now))
              .param("expiresAt", SqlInstant.of(expiresAt))
              .update();
          return new Claimed(VerificationMessages.deliveries(message), false, null, null);
        });
  }

  /** Takes a code for the user's claim. */
  public Tried verify(UUID user, String digits) {
    return transaction.execute(status -> tried(user, digits));
  }

  /** Forgets the user's number and claim; what waits to be sent there is not sent. */
  public void remove(UUID user) {
    transaction.executeWithoutResult(
        status -> {
          locks.user(user);
          phones.remove(user);
          forget(user);
          messages.withdraw(user, "phone_removed");
        });
  }

  /** Ends all claims of a number whose owner wants no messages, until {@link #allow}. */
  public void refuse(String e164) {
    transaction.executeWithoutResult(
        status -> {
          locks.number(e164);
          refused.add(e164);
          jdbc.sql("DELETE FROM phone_verifications WHERE e164 = :number")
              .param("number", e164)
              .update();
          messages.withdraw(e164, "phone_opted_out");
        });
  }

  /** The owner of a number allows messages again. */
  public void allow(String e164) {
    refused.remove(e164);
  }

  private record Claim(String e164, PhoneCode code, int tries, Instant expiresAt) {}

  private Tried tried(UUID user, String digits) {
    locks.user(user);
    // two users may prove one number at the same moment
    jdbc.sql("SELECT e164 FROM phone_verifications WHERE user_id = :user")
        .param("user", user)
        .query(String.class)
        .optional()
        .ifPresent(locks::number);
    Optional<Claim> found =
        jdbc.sql(
                """
                SELECT e164, code_salt, code_hash, tries, expires_at FROM phone_verifications
                WHERE user_id = :user FOR UPDATE
                """)
            .param("user", user)
            .query((rs, row) -> claim(rs))
            .optional();
    if (found.isEmpty()) {
      return Tried.of(Outcome.NONE);
    }
    Claim claim = found.get();
    if (!claim.expiresAt().isAfter(clock.instant())) {
      return Tried.of(Outcome.EXPIRED);
    }
    if (claim.tries() >= MOST_TRIES) {
      return Tried.of(Outcome.USED_UP);
    }
    if (!claim.code().matches(digits)) {
      jdbc.sql("UPDATE phone_verifications SET tries = tries + 1 WHERE user_id = :user")
          .param("user", user)
          .update();
      int left = MOST_TRIES - claim.tries() - 1;
      return left == 0 ? Tried.of(Outcome.USED_UP) : new Tried(Outcome.WRONG, left);
    }
    phones.proved(user, claim.e164());
    forget(user);
    return Tried.of(Outcome.VERIFIED);
  }

  private void forget(UUID user) {
    jdbc.sql("DELETE FROM phone_verifications WHERE user_id = :user").param("user", user).update();
  }

  private static Claim claim(ResultSet rs) throws SQLException {
    return new Claim(
        rs.getString("e164"),
        new PhoneCode(rs.getBytes("code_salt"), rs.getBytes("code_hash")),
        rs.getInt("tries"),
        SqlInstant.read(rs, "expires_at"));
  }
}
