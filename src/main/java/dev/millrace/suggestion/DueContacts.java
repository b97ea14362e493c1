package dev.millrace.suggestion;

import dev.millrace.job.SqlInstant;
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

  private static final String CANDIDATES =
      """
      SELECT c.id, c.name, c.frequency, c.close_friend,
             coalesce(c.last_contact_at, c.created_at) AS since
      FROM contacts c
      WHERE c.user_id = :user AND c.archived_at IS NULL AND c.frequency <> 'na'
        AND (c.do_not_suggest_until IS NULL OR c.do_not_suggest_until <= :now)
        AND NOT EXISTS (
          SELECT 1 FROM suggestion_contacts sc JOIN suggestions s ON s.id = sc.suggestion_id
          WHERE sc.contact_id = c.id
            AND (sc.is_open OR (s.state = 'accepted' AND s.slot_end > :now)))
      """;

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
        .query(
            (rs, row) -> {
              String frequency = rs.getString("frequency");
              Instant since = SqlInstant.read(rs, "since");
              return new DueContact(
                  rs.getObject("id", UUID.class),
                  rs.getString("name"),
                  frequency,
                  rs.getBoolean("close_friend"),
                  ChronoUnit.DAYS.between(LocalDate.ofInstant(since, zone), today),
                  DueContact.DAYS_BY_FREQUENCY.get(frequency));
            })
        .list()
        .stream()
        .filter(contact -> contact.daysSince() >= contact.wantedEvery())
        .sorted(DueContact.MOST_WANTED_FIRST)
        .toList();
  }
}
