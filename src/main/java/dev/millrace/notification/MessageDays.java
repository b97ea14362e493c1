package dev.millrace.notification;

import dev.millrace.job.SqlInstant;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Optional;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Sees to it that a user gets one message of a purpose a local day, whoever writes it. */
@Component
class MessageDays {

  private final JdbcClient jdbc;

  MessageDays(JdbcClient jdbc) {
    this.jdbc = jdbc;
  }

  /**
   * Takes the user's present local day for a message that the same transaction writes. False when
   * the day has one, or is being given one.
   */
  boolean take(Recipient recipient, String purpose, Instant now) {
    Optional<MessageDay> last =
        jdbc.sql(
                """
                SELECT local_date, written_at FROM message_days
                WHERE user_id = :user AND purpose = :purpose FOR UPDATE
                """)
            .param("user", recipient.userId())
            .param("purpose", purpose)
            .query((rs, row) -> MessageDay.read(rs))
            .optional();
    if (last.isPresent() && !last.get().isBefore(now, recipient.zone())) {
      return false;
    }
    String write =
        last.isPresent()
            ? """
              UPDATE message_days SET local_date = :date, written_at = :now
              WHERE user_id = :user AND purpose = :purpose
              """
            : """
              INSERT INTO message_days (user_id, purpose, local_date, written_at)
              VALUES (:user, :purpose, :date, :now) ON CONFLICT DO NOTHING
              """;
    return jdbc.sql(write)
            .param("user", recipient.userId())
            .param("purpose", purpose)
            .param("date", LocalDate.ofInstant(now, recipient.zone()))
            .param("now", SqlInstant.of(now))
            .update()
        == 1;
  }
}
