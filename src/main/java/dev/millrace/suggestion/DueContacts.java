package dev.millrace.suggestion;

import dev.millrace.job.SqlInstant;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Finds whom a user should meet again: one query, whatever the number of contacts. */
@Component
class DueContacts {

  /**
   * Contacts {@code c} of {@code :user} who may be suggested at {@code :now}: no open suggestion,
   * no meeting to come, none of the last week that the user has not confirmed, no rest after a
   * dismissal.
   */
  static final String FREE =
      """
      c.user_id = :user AND c.archived_at IS NULL AND c.frequency <> 'na'
        AND (c.do_not_suggest_until IS NULL OR c.do_not_suggest_until <= :now)
        AND c.id NOT IN (
          SELECT sc.contact_id FROM suggestions s
          JOIN suggestion_contacts sc ON sc.suggestion_id = s.id
          WHERE s.user_id = :user
            AND (s.state IN ('pending', 'snoozed')
              OR (s.state = 'accepted' AND (s.slot_end > :now
                OR (s.met IS NULL
                    AND s.slot_end > CAST(:now AS timestamptz) - interval '7 days')))))
      """;

  /** The days of {@link DueContact#DAYS_BY_FREQUENCY} of contact {@code c}, as an interval. */
  static final String WANTED_EVERY =
      """
      make_interval(days => CASE c.frequency WHEN 'daily' THEN 1 WHEN 'weekly' THEN 7
        WHEN 'biweekly' THEN 14 WHEN 'monthly' THEN 30 WHEN 'quarterly' THEN 90
        WHEN 'yearly' THEN 365 ELSE 60 END)
      """;

  /** Two days more than can be due, because which local days they are is decided in Java. */
  private static final String CANDIDATES =
      """
      SELECT c.id, c.name, c.frequency, c.close_friend, c.last_contact_at,
             coalesce(c.last_contact_at, c.created_at) AS since
      FROM contacts c
      WHERE %s
        AND coalesce(c.last_contact_at, c.created_at)
            <= CAST(:now AS timestamptz) + interval '2 days' - %s
      """
          .formatted(FREE, WANTED_EVERY);

  private final JdbcClient jdbc;

  DueContacts(JdbcClient jdbc) {
    this.jdbc = jdbc;
  }

  /** Everybody due, the most wanted first. A contact without a last date counts from its adding. */
  List<DueContact> of(UUID userId, ZoneId zone, Instant now) {
    LocalDate today = LocalDate.ofInstant(now, zone);
    return jdbc
        .sql(CANDIDATES)
        .param("user", userId)
        .param("now", SqlInstant.of(now))
        .query((rs, row) -> read(rs, zone, today))
        .list()
        .stream()
        .filter(DueContact::isDue)
        .sorted(DueContact.MOST_WANTED_FIRST)
        .toList();
  }

  /** A row with the columns of the query above. */
  static DueContact read(ResultSet rs, ZoneId zone, LocalDate today) throws SQLException {
    String frequency = rs.getString("frequency");
    Instant since = SqlInstant.read(rs, "since");
    return new DueContact(
        rs.getObject("id", UUID.class),
        rs.getString("name"),
        frequency,
        rs.getBoolean("close_friend"),
        SqlInstant.read(rs, "last_contact_at") != null,
        ChronoUnit.DAYS.between(LocalDate.ofInstant(since, zone), today),
        DueContact.DAYS_BY_FREQUENCY.get(frequency));
  }
}
