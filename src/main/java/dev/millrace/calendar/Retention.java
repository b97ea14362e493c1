package dev.millrace.calendar;

import dev.millrace.job.SqlInstant;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Deletes or blanks what nobody reads any more, in chunks that keep locks and undo short. */
@Component
class Retention {

  static final int CHUNK = 5_000;

  /**
   * @param id of a row
   * @param condition besides the age
   * @param blank what is set in place of deleting the row; null = the row is deleted
   */
  private record Log(
      String table, String id, String column, Duration kept, String condition, String blank) {

    Log(String table, String id, String column, Duration kept, String condition) {
      this(table, id, column, kept, condition, null);
    }

    Log(String table, String column, Duration kept) {
      this(table, "id", column, kept, "true");
    }

    String change() {
      return blank == null ? "DELETE FROM " + table : "UPDATE %s SET %s".formatted(table, blank);
    }
  }

  private static final List<Log> LOGS =
      List.of(
          new Log("webhook_messages", "received_at", Duration.ofDays(30)),
          new Log("webhook_failures", "hour", "hour", Duration.ofDays(30), "true"),
          // they ended at Google after a week at most; what is young tells how renewals go
          new Log(
              "watch_channels",
              "id",
              "created_at",
              Duration.ofDays(30),
              "state IN ('stopped', 'failed')"),
          // Twilio repeats a message within minutes, and an offer by text is over with the next
          // list
          new Log("sms_inbound", "message_sid", "received_at", Duration.ofDays(30), "true"),
          // long over, and others' numbers
          new Log("phone_verifications", "user_id", "created_at", Duration.ofDays(1), "true"),
          // that a message was sent stays known, not what it said
          new Log(
              "outbound_messages",
              "id",
              "created_at",
              Duration.ofDays(90),
              "body <> ''",
              "body = '', body_html = NULL, subject = NULL"),
          // longer than an offer is put off: whoever was reminded of it is not again
          new Log("notices", "resolved_at", Duration.ofDays(90)),
          new Log("job_runs", "started_at", Duration.ofDays(30)),
          new Log("sync_runs", "finished_at", Duration.ofDays(90)));

  private final JdbcClient jdbc;
  private final Clock clock;

  Retention(JdbcClient jdbc, Clock clock) {
    this.jdbc = jdbc;
    this.clock = clock;
  }

  /** Whether there is anything to delete or to blank. */
  boolean due() {
    return LOGS.stream()
        .anyMatch(
            log ->
                jdbc.sql(
                        "SELECT EXISTS (SELECT 1 FROM %s WHERE %s < :before AND %s)"
                            .formatted(log.table(), log.column(), log.condition()))
                    .param("before", SqlInstant.of(clock.instant().minus(log.kept())))
                    .query(Boolean.class)
                    .single());
  }

  /** Answers how many rows were deleted or blanked. */
  int apply() {
    return LOGS.stream().mapToInt(this::apply).sum();
  }

  private int apply(Log log) {
    int all = 0;
    int chunk;
    do {
      chunk =
          jdbc.sql(
                  """
                  %5$s WHERE %2$s IN
                    (SELECT %2$s FROM %1$s WHERE %3$s < :before AND %4$s LIMIT :chunk)"""
                      .formatted(
                          log.table(), log.id(), log.column(), log.condition(), log.change()))
              .param("before", SqlInstant.of(clock.instant().minus(log.kept())))
              .param("chunk", CHUNK)
              .update();
      all += chunk;
    } while (chunk == CHUNK);
    return all;
  }
}
