package dev.millrace.preference;

import dev.millrace.job.SqlInstant;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * How many codes may leave: each costs money, disturbs somebody, and may go to a number that earns
 * by it. Counted are the messages themselves, so a restart forgets none.
 */
@Component
class CodeLimits {

  /** Of one user to one number within {@link #HOUR}. */
  static final int TO_NUMBER_OF_USER = 3;

  /**
   * To one number within {@link #DAY}, whoever asks: more than one user alone can use up at once.
   */
  static final int TO_NUMBER = 6;

  /** Different numbers of one user within {@link #DAY}. */
  static final int NUMBERS_OF_USER = 5;

  static final Duration HOUR = Duration.ofHours(1);
  static final Duration DAY = Duration.ofDays(1);

  private static final String OF_USER_TO_NUMBER =
      """
      SELECT created_at FROM outbound_messages
      WHERE purpose = 'verification' AND to_address = :number AND user_id = :user
        AND created_at > :since
      ORDER BY created_at DESC OFFSET :most - 1 LIMIT 1
      """;

  private static final String TO =
      """
      SELECT created_at FROM outbound_messages
      WHERE purpose = 'verification' AND to_address = :number AND created_at > :since
      ORDER BY created_at DESC OFFSET :most - 1 LIMIT 1
      """;

  /** The number itself may have more codes. */
  private static final String OTHERS_OF_USER =
      """
      SELECT max(created_at) AS created_at FROM outbound_messages
      WHERE purpose = 'verification' AND user_id = :user AND created_at > :since
        AND NOT EXISTS (SELECT 1 FROM outbound_messages same
                        WHERE same.purpose = 'verification' AND same.user_id = :user
                          AND same.to_address = :number AND same.created_at > :since)
      GROUP BY to_address
      ORDER BY 1 DESC OFFSET :most - 1 LIMIT 1
      """;

  private final JdbcClient jdbc;

  CodeLimits(JdbcClient jdbc) {
    this.jdbc = jdbc;
  }

  /**
   * Why no code may be sent now.
   *
   * @param what says it in words, without the number
   * @param pause until one may
   */
  record Reached(String what, Duration pause) {}

  /** Empty while there may be another code; of several limits the one that lasts longest. */
  Optional<Reached> reached(UUID user, String e164, Instant now) {
    return Stream.of(
            reached(
                OF_USER_TO_NUMBER,
                user,
                e164,
                now,
                HOUR,
                TO_NUMBER_OF_USER,
                "%d codes were sent to this number within an hour"),
            reached(
                TO,
                user,
                e164,
                now,
                DAY,
                TO_NUMBER,
                "%d codes were sent to this number within a day"),
            reached(
                OTHERS_OF_USER,
                user,
                e164,
                now,
                DAY,
                NUMBERS_OF_USER,
                "You have named %d other numbers within a day"))
        .flatMap(Optional::stream)
        .max(java.util.Comparator.comparing(Reached::pause));
  }

  private Optional<Reached> reached(
      String sql, UUID user, String e164, Instant now, Duration window, int most, String what) {
    JdbcClient.StatementSpec statement =
        jdbc.sql(sql)
            .param("number", e164)
            .param("since", SqlInstant.of(now.minus(window)))
            .param("most", most);
    return (sql.contains(":user") ? statement.param("user", user) : statement)
        .query((rs, row) -> SqlInstant.read(rs, "created_at"))
        .optional()
        .map(first -> new Reached(what.formatted(most), Duration.between(now, first.plus(window))));
  }
}
